import { describeEvent, type EventType, type ObjectEvent } from './events.ts';
import type { Sink } from './follow.ts';
import type { KubeObject } from './objects.ts';

/** The events so far, and the callers that wait for more. */
export class State<E extends ObjectEvent> implements Sink {
  readonly events: E[] = [];
  readonly present = new Map<string, E>();
  readonly waiting = new Set<() => void>();
  gaps = 0;
  failure: Error | undefined;
  readonly #eventOf: (type: EventType, object: KubeObject) => E;

  constructor(eventOf: (type: EventType, object: KubeObject) => E) {
    this.#eventOf = eventOf;
  }

  event({ type, object }: { type: EventType; object: KubeObject }): void {
    const event = this.#eventOf(type, object);
    this.events.push(event);
    if (type === 'DELETED') this.present.delete(event.uid);
    else this.present.set(event.uid, event);
    this.wake();
  }

  gap({ items }: { items: readonly KubeObject[] }): void {
    this.gaps += 1;
    const now = new Set(items.map((object) => object.metadata.uid));
    for (const lost of [...this.present.values()].filter(({ uid }) => !now.has(uid))) {
      this.event({ type: 'DELETED', object: lost.object });
    }
    for (const object of items) {
      const known = this.present.get(object.metadata.uid);
      if (known?.resourceVersion === object.metadata.resourceVersion) continue;
      this.event({ type: known === undefined ? 'ADDED' : 'MODIFIED', object });
    }
  }

  wake(): void {
    for (const check of [...this.waiting]) check();
  }
}

/** See `Watcher.until`. */
export async function until<E extends ObjectEvent>(
  state: State<E>,
  path: string,
  predicate: (events: readonly E[], current: readonly E[]) => boolean,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (why: string): void =>
    reject(new Error(dump(`${what}: ${why}`, path, state), { cause: state.failure }));
  const check = (): void => {
    try {
      if (predicate(state.events, [...state.present.values()])) resolve();
      else if (state.failure !== undefined) fail(`the watch failed (${state.failure.message})`);
    } catch (error) {
      reject(error);
    }
  };
  const timer = setTimeout(() => fail(`not within ${timeoutMs / 1000} s`), timeoutMs);
  state.waiting.add(check);
  check();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    state.waiting.delete(check);
  }
}

function dump<E extends ObjectEvent>(headline: string, path: string, { events, gaps }: State<E>): string {
  const lost = gaps > 0 ? `, ${gaps} times with events lost` : '';
  return [
    headline,
    `${events.length} events of ${path}${lost}:`,
    ...events.map((event) => `  ${describeEvent(event)}`),
  ].join('\n');
}
