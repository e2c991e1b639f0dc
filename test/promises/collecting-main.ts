import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The memory in use is known only after a collection. Node's switch for it is a flag of node, not of the
// program.
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
process.on('SIGUSR2', () => {
  if (typeof collect === 'function') collect();
});
await import('../../src/main.ts');
