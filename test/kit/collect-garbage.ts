import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Makes this process collect its garbage on SIGUSR2. The memory in use is known only after that. */
export function collectOnSignal(): void {
  // Node's switch for it is a flag of node, not of the program.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    if (typeof collect === 'function') collect();
  });
}
