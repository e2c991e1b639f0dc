import { createHash } from 'node:crypto';
import { sleep } from '../abort.ts';
import { crowd } from '../waiting/crowd.ts';
import { places } from '../waiting/places.ts';

/** Whether the owner of a token may read the metrics. */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'forbidden'; readonly user: string }
  /** The API server does not know the token. */
  | { readonly is: 'unknown' };

/** Asks the API server. */
export interface Scrapers {
  verdictOn(token: string, signal: AbortSignal): Promise<Verdict>;
}

export const GATE_LIMITS = {
  /** An answer is good for so long. A token that is revoked is good for as long. */
  allowedMs: 60_000,
  /** Shorter, since somebody who has just been given the right waits for it. */
  refusedMs: 10_000,
  /** So many answers of each kind are remembered. A cluster has a few scrapers. */
  most: 100,
  /** So many tokens are looked up at once, and each keeps its place for so long: 20 a second at most. */
  atOnce: 2,
  paceMs: 100,
  /** So many look-ups of one client may be under way or wait, and so many of all. */
  perClient: 5,
  all: 50,
  /** For all calls to the API server that one token needs, and its wait. Prometheus itself waits for 10 s. */
  deadlineMs: 5_000,
};

/** Too many tokens are new at once. */
export class TooManyTokens extends Error {}

interface Remembered {
  readonly verdict: Verdict;
  readonly untilMs: number;
}

/** The last answers. Those that let somebody in are apart: invented tokens do not push them out. */
function memory(nowMs: () => number) {
  const [allowed, refused] = [new Map<string, Remembered>(), new Map<string, Remembered>()];
  return {
    get(key: string): Verdict | undefined {
      const found = allowed.get(key) ?? refused.get(key);
      return found && found.untilMs > nowMs() ? found.verdict : undefined;
    },
    put(key: string, verdict: Verdict): void {
      const isAllowed = verdict.is === 'allowed';
      const { allowedMs, refusedMs, most } = GATE_LIMITS;
      // A right may have been given or taken away.
      for (const each of [allowed, refused]) each.delete(key);
      const among = isAllowed ? allowed : refused;
      among.set(key, { verdict, untilMs: nowMs() + (isAllowed ? allowedMs : refusedMs) });
      const [oldest] = among.keys();
      if (among.size > most && oldest !== undefined) among.delete(oldest);
    },
    size: () => allowed.size + refused.size,
  };
}

/** Limits look-ups under way. Clients take turns, so nobody who invents tokens keeps a scraper waiting for long. */
function lookUps() {
  const free = places(GATE_LIMITS.atOnce);
  const { perClient: perOne, all } = GATE_LIMITS;
  const enter = crowd({ perOne, all }, () => new TooManyTokens());

  return <T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    enter(client, async () => {
      const leave = await free.enter(client, signal);
      const rested = sleep(GATE_LIMITS.paceMs, new AbortController().signal);
      return work().finally(() => void rested.then(leave));
    });
}

/**
 * Who may read the metrics. It remembers digests of tokens only.
 * @param nowMs a clock that never goes back
 */
export function scraperGate(scrapers: Scrapers, nowMs: () => number = () => performance.now()) {
  const known = memory(nowMs);
  const underWay = new Map<string, Promise<Verdict>>();
  const lookUp = lookUps();

  async function ask(key: string, token: string, client: string): Promise<Verdict> {
    const signal = AbortSignal.timeout(GATE_LIMITS.deadlineMs);
    try {
      const verdict = await lookUp(client, signal, () => scrapers.verdictOn(token, signal));
      known.put(key, verdict);
      return verdict;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    remembered: known.size,
    /**
     * @param client its address
     * @throws TooManyTokens, and what the calls to the API server throw
     */
    verdictOn(token: string, client: string): Promise<Verdict> {
      const key = createHash('sha256').update(token).digest('base64');
      const remembered = known.get(key);
      if (remembered) return Promise.resolve(remembered);
      const asked = underWay.get(key) ?? ask(key, token, client);
      underWay.set(key, asked);
      return asked;
    },
  };
}
