import { Agent, request } from 'undici';
import { eventually } from '../control-plane/eventually.ts';

/** What a Service, or a pod, said when it was asked. */
export interface Answer {
  readonly kind: 'answer';
  /** When it was asked, in ms since the epoch. */
  readonly at: number;
  /** The value that the pod read when it started. */
  readonly value: string;
  readonly pod: string;
  /** Which start of the pod's container this was: no other has the same. */
  readonly start: string;
}

/** No answer came. */
export interface NoAnswer {
  readonly kind: 'none';
  readonly at: number;
  readonly why: string;
}

/** Somebody who asks all the while, each time over a new connection, and writes down what is said. */
export interface Asking {
  /** All so far, in the order in which they were asked. */
  readonly answers: readonly (Answer | NoAnswer)[];
  /** The answers to what is asked from now on, once there are so many. */
  next(count: number): Promise<readonly Answer[]>;
  /** Waits until the last `count` answers in a row were all the same. @returns that value */
  settled(count: number, timeoutMs?: number): Promise<string>;
  stop(): Promise<void>;
}

const EVERY_MS = 25;
const TIMEOUT_MS = 2_000;

/**
 * @param url where a Service answers `VALUE POD START`
 * @param hear is told of each answer as it comes
 */
export const ask = (url: string, hear: (answer: Answer | NoAnswer) => void = () => undefined): Asking =>
  askEach(() => [url], { what: url, everyMs: EVERY_MS, hear });

/** What is asked how often, and who is told. */
interface Manner {
  /** For errors. */
  readonly what: string;
  readonly everyMs: number;
  readonly hear?: (answer: Answer | NoAnswer) => void;
}

/** @param urls of those that there are now: each is asked */
export function askEach(urls: () => readonly string[], { what, everyMs, hear }: Manner): Asking {
  const dispatcher = new Agent({ pipelining: 0, connectTimeout: TIMEOUT_MS });
  const answers: (Answer | NoAnswer)[] = [];
  const open = new Set<Promise<void>>();
  const once = async (url: string): Promise<void> => {
    const at = Date.now();
    const answer = await askOnce(url, at, dispatcher);
    // An answer that took long is put where its question was.
    const after = answers.findLastIndex((other) => other.at <= at);
    answers.splice(after + 1, 0, answer);
    hear?.(answer);
  };
  const timer = setInterval(() => {
    for (const url of urls()) {
      const asked = once(url).finally(() => open.delete(asked));
      open.add(asked);
    }
  }, everyMs);
  return {
    answers,
    next: (count) => {
      const from = Date.now();
      const since = () => given(answers).filter(({ at }) => at >= from);
      return eventually(() => enough(since(), count), { what: `${count} answers of ${what}` });
    },
    settled: (count, timeoutMs = 30_000) =>
      eventually(() => sameValue(answers.slice(-count), count), {
        timeoutMs,
        what: `the same answer ${count} times in a row from ${what}`,
      }),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      await dispatcher.close();
    },
  };
}

/** Only those that came. */
export const given = (answers: readonly (Answer | NoAnswer)[]): readonly Answer[] =>
  answers.filter((answer) => answer.kind === 'answer');

/** Every value among answers, each once, in order. */
export const valuesOf = (answers: readonly (Answer | NoAnswer)[]): readonly string[] =>
  [...new Set(given(answers).map(({ value }) => value))].sort();

const enough = (answers: readonly Answer[], count: number): readonly Answer[] | false =>
  answers.length >= count && answers;

function sameValue(last: readonly (Answer | NoAnswer)[], count: number): string | false {
  const values = valuesOf(last);
  return given(last).length === count && values.length === 1 && (values[0] ?? false);
}

async function askOnce(url: string, at: number, dispatcher: Agent): Promise<Answer | NoAnswer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { body } = await request(url, { dispatcher, signal, reset: true });
    const [value = '', pod = '', start = ''] = (await body.text()).trimEnd().split(' ');
    return { kind: 'answer', at, value, pod, start };
  } catch (error) {
    return { kind: 'none', at, why: String(error) };
  }
}
