import { Agent, request } from 'undici';
import { eventually } from '../cluster/eventually.ts';

/** What a Service said when it was asked. */
export interface Answer {
  readonly kind: 'answer';
  /** When it was asked, in ms since the epoch. */
  readonly at: number;
  /** The value that the pod read when it started. */
  readonly value: string;
  readonly pod: string;
}

/** No answer came. */
export interface NoAnswer {
  readonly kind: 'none';
  readonly at: number;
  readonly why: string;
}

/** Somebody who asks a Service all the while, each time over a new connection, and writes down what it says. */
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
 * @param url where the Service answers `VALUE POD`
 * @param hear is told of each answer as it comes
 */
export function ask(url: string, hear: (answer: Answer | NoAnswer) => void = () => undefined): Asking {
  const dispatcher = new Agent({ pipelining: 0, connectTimeout: TIMEOUT_MS });
  const answers: (Answer | NoAnswer)[] = [];
  const open = new Set<Promise<void>>();
  const once = async (): Promise<void> => {
    const at = Date.now();
    const answer = await askOnce(url, at, dispatcher);
    // An answer that took long is put where its question was.
    const after = answers.findLastIndex((other) => other.at <= at);
    answers.splice(after + 1, 0, answer);
    hear(answer);
  };
  const timer = setInterval(() => {
    const asked = once().finally(() => open.delete(asked));
    open.add(asked);
  }, EVERY_MS);
  return {
    answers,
    next: (count) => {
      const from = Date.now();
      return eventually(
        () =>
          enough(
            given(answers).filter(({ at }) => at >= from),
            count,
          ),
        {
          what: `${count} answers of ${url}`,
        },
      );
    },
    settled: (count, timeoutMs = 30_000) =>
      eventually(() => sameValue(answers.slice(-count), count), {
        timeoutMs,
        what: `the same answer ${count} times in a row from ${url}`,
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
    const [value = '', pod = ''] = (await body.text()).trim().split(' ');
    return { kind: 'answer', at, value, pod };
  } catch (error) {
    return { kind: 'none', at, why: String(error) };
  }
}
