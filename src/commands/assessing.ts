import type { FrontProxy } from '../assessments/front-proxy.ts';
import { repeat } from '../background/repeat.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { readFrontProxy } from '../cluster/front-proxy.ts';
import { assessServer } from '../server/assess-server.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Program } from './compose.ts';
import { noFrontProxyError } from './errors.ts';

/** How often lockstep looks whether the API server has other authorities or names by now. */
const PACE_MS = 60_000;
const RETRY_MS = 2_000;
const READ_MS = 10_000;

type Server = ReturnType<typeof assessServer>;

/** The answers to people who ask. */
export interface Assessing {
  /** Serves another certificate from now on. */
  renew(pair: KeyPair): void;
  close(): Promise<void>;
}

/** How the server is made, and put on its port. */
export interface AssessingOptions {
  readonly pair: KeyPair;
  readonly leaving: AbortSignal;
  /** @throws LockstepError CONFIG_INVALID if the port is in use */
  listen(app: Server['app']): Promise<void>;
}

/**
 * Answers people who ask, once the API server has told how it proves itself. Whatever fails here is logged and tried
 * again. It never keeps lockstep from its reviews.
 */
export function startAssessing(
  { assessing, client, telemetry, certificates }: Program,
  { pair: first, leaving, listen }: AssessingOptions,
): Assessing | undefined {
  if (!assessing) return undefined;
  const deps = assessing;
  let [pair, proxy, server]: [KeyPair, FrontProxy | undefined, Server | undefined] = [
    first,
    undefined,
    undefined,
  ];
  const { log, reasonOf } = telemetry;
  const complain = complaints((error) => log.error(`people cannot ask about workloads: ${reasonOf(error)}`));

  async function serve(found: FrontProxy): Promise<void> {
    if (server) {
      if (JSON.stringify(found) !== JSON.stringify(proxy)) {
        server.renew(pair, found);
        log.info('the API server proves itself in another way now, as the front proxy of aggregated APIs');
      }
    } else {
      const made = assessServer(deps, { pair, proxy: found, now: () => certificates.clock.now() }, leaving);
      await listen(made.app);
      server = made;
      log.info('answering people who ask about workloads');
    }
    proxy = found;
  }

  async function round(closing: AbortSignal): Promise<number> {
    try {
      const found = await readFrontProxy(client, AbortSignal.any([closing, AbortSignal.timeout(READ_MS)]));
      if (!found) throw noFrontProxyError();
      await serve(found);
      return PACE_MS;
    } catch (error) {
      if (!closing.aborted) complain.add(error);
      return RETRY_MS;
    } finally {
      complain.endRound();
    }
  }

  const rounds = repeat(round);
  return {
    renew(next) {
      pair = next;
      if (proxy) server?.renew(pair, proxy);
    },
    async close() {
      await rounds.close();
      await server?.app.close();
    },
  };
}
