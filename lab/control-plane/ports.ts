import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below Linux's default range of ports for outgoing connections (32768 to 60999) and above the well-known
 * ones. Any new connection could take a port of that range before the owner of the port listens on it.
 */
const [LOWEST, HIGHEST] = [20_000, 32_767];

function isFree(port: number, address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer().once('error', () => resolve(false));
  server.listen(port, address, () => server.close(() => resolve(true)));
  return promise;
}

/** A port that was free a moment ago. It is not reserved, so another program may still take it first. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port, address)) return port;
  }
}
