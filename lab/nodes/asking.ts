import { Agent, request } from 'undici';
import { eventually } from '../control-plane/eventually.ts';

/** The answer of a Service, or of a pod. */
export interface Answer {
  readonly kind: 'answer';
  /** The time of the question, in ms since the epoch. */
  readonly at: number;
  /** The value that the pod read when it started. */
  readonly value: string;
  readonly pod: string;
  /** The start of the pod's container. No other start has the same value. */
  readonly start: string;
}

/** No answer came. */
export interface NoAnswer {
  readonly kind: 'none';
  readonly at: number;
  readonly why: string;
}

/** Requests that go on all the while, each over a new connection, and their answers. */
export interface Asking {
  /** All answers so far, in the order of their questions. */
  readonly answers: readonly (Answer | NoAnswer)[];
  /** The answers to the questions from now on, once there are this many. */
  next(count: number): Promise<readonly Answer[]>;
  /**
   * Waits until the last `count` answers in a row are the same.
   * @returns that value
   */
  untilSettled(count: number, timeoutMs?: number): Promise<string>;
  stop(): Promise<void>;
}

const EVERY_MS = 25;
const TIMEOUT_MS = 2_000;

/**
 * @param url of a Service that answers `VALUE POD START`
 * @param hear receives each answer when it arrives
 */
export const ask = (url: string, hear: (answer: Answer | NoAnswer) => void = () => undefined): Asking =>
  askEach(() => [url], { what: url, everyMs: EVERY_MS, hear });

/** What is asked, how often, and the receiver of the answers. */
interface Manner {
  /** For errors. */
  readonly what: string;
  readonly everyMs: number;
  readonly hear?: (answer: Answer | NoAnswer) => void;
}

/** @param urls the present URLs. Each of them is asked */
export function askEach(urls: () => readonly string[], { what, everyMs, hear }: Manner): Asking {
  const dispatcher = new Agent({ pipelining: 0, connectTimeout: TIMEOUT_MS });
  const answers: (Answer | NoAnswer)[] = [];
  const open = new Set<Promise<void>>();
  const once = async (url: string): Promise<void> => {
    const at = Date.now();
    const answer = await askOnce(url, at, dispatcher);
    // A slow answer is put at the position of its question.
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
      const since = () => receivedAnswers(answers).filter(({ at }) => at >= from);
      return eventually(() => enough(since(), count), { what: `${count} answers of ${what}` });
    },
    untilSettled: (count, timeoutMs = 30_000) =>
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

/** Only the answers that arrived. */
export const receivedAnswers = (answers: readonly (Answer | NoAnswer)[]): readonly Answer[] =>
  answers.filter((answer) => answer.kind === 'answer');

/** Every value in the answers, each once, in order. */
export const valuesOf = (answers: readonly (Answer | NoAnswer)[]): readonly string[] =>
  [...new Set(receivedAnswers(answers).map(({ value }) => value))].sort();

const enough = (answers: readonly Answer[], count: number): readonly Answer[] | false =>
  answers.length >= count && answers;

function sameValue(last: readonly (Answer | NoAnswer)[], count: number): string | false {
  const values = valuesOf(last);
  return receivedAnswers(last).length === count && values.length === 1 && (values[0] ?? false);
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
