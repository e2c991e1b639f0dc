import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { openKeeper } from '../../lab/keeper/keeper.ts';

/** Where the tests of a project ask for what is booted for them. */
export interface Door {
  /** The path of a socket that nobody but this user gets at. */
  readonly socket: string;
  /** Answers nobody any more; resolves when what had been booted is stopped. */
  close(): Promise<void>;
}

/** What is booted for tests: data that they get, and how it ends. */
export interface Booted {
  readonly data: unknown;
  /** Rejects when it ends by itself; never resolves. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

/** Longer than anything that is built or booted behind a door takes. */
export const BOOT_MS = 15 * 60_000;

/**
 * Answers each path with what `boot` gives for it, and boots it for the first who asks. Vitest sets all projects up at the
 * start: what nobody asks for is never booted.
 */
export async function openDoor(boot: (path: string) => Promise<Booted>): Promise<Door> {
  // The folder goes with this process.
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-door-'));
  const socket = join(keeper.dir, 'door.sock');
  const booting = new Map<string, Promise<Booted>>();
  let over = false;

  async function booted(path: string): Promise<Booted> {
    const it = await boot(path);
    // The tests only see that nobody answers any more; why, is said here.
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
      // What could not be booted has been cleaned up by then, and told to the tests.
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

/** Asks at a door. @throws Error with what was wrong, where it could not be booted */
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
