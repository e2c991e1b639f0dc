import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { openKeeper } from '../../lab/keeper/keeper.ts';

/** The tests of a project connect to it to get what is booted for them. */
export interface Door {
  /** The path of a socket that only this user can access. */
  readonly socket: string;
  /** Accepts no more connections. Resolves when everything that was booted has stopped. */
  close(): Promise<void>;
}

/** What is booted for tests: data for the tests, and how it is stopped. */
export interface Booted {
  readonly data: unknown;
  /** Rejects when it ends by itself. Never resolves. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

/** Longer than any build or boot behind a door takes. */
export const BOOT_MS = 15 * 60_000;

/**
 * Answers each path with the data that `boot` returns for it. It boots at the first request. Vitest sets up
 * all projects at the start, so this avoids boots that no test needs.
 */
export async function openDoor(boot: (path: string) => Promise<Booted>): Promise<Door> {
  // The folder is removed with this process.
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-door-'));
  const socket = join(keeper.dir, 'door.sock');
  const booting = new Map<string, Promise<Booted>>();
  let over = false;

  async function booted(path: string): Promise<Booted> {
    const it = await boot(path);
    // The tests see only that their requests fail, so the reason is printed here.
    it.failure.catch((error: Error) => {
      if (!over) console.error(error.message);
    });
    return it;
  }

  const server = createServer(async ({ url = '/' }, response) => {
    try {
      const known = booting.get(url) ?? booted(url);
      booting.set(url, known);
      response.end(JSON.stringify((await known).data));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socket, resolve);
  await promise;
  return {
    socket,
    async close() {
      over = true;
      server.close();
      // A boot that failed has been cleaned up by now, and the tests have the error.
      await Promise.all(
        [...booting.values()].map((each) =>
          each.then(
            (it) => it.stop(),
            () => undefined,
          ),
        ),
      );
      await keeper.stop();
    },
  };
}

/**
 * Asks at a door.
 * @throws Error with the reason, if it could not be booted
 */
export async function askAt(socketPath: string, path: string): Promise<unknown> {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: BOOT_MS });
  try {
    const { statusCode, body } = await request(`http://door${path}`, { dispatcher });
    if (statusCode !== 200) throw new Error(await body.text());
    return await body.json();
  } finally {
    await dispatcher.close();
  }
}
