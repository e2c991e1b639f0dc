import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../../lab/control-plane/api.ts';
import { MERGE_PATCH } from '../../kit/caller.ts';

/** Calls for which lockstep is not called: how long the API server takes by itself. */
export interface Control {
  /** The longest of these calls that ran at some time between two times, in milliseconds since the epoch. */
  longestBetween(fromMs: number, toMs: number): number;
  close(): Promise<void>;
}

interface Sample {
  readonly fromMs: number;
  readonly toMs: number;
}

const EVERY_MS = 250;
/** Enough for some minutes. Calls are judged seconds after their end. */
const KEPT = 1_000;

/** The longest sample that overlaps a time. Pure. */
export const longestIn = (samples: readonly Sample[], fromMs: number, toMs: number): number =>
  Math.max(
    0,
    ...samples
      .filter((each) => each.fromMs <= toMs && each.toMs >= fromMs)
      .map((each) => each.toMs - each.fromMs),
  );

/** @param namespace one that lockstep is kept out of, with a Deployment `web` */
export function watchControl(api: Api, namespace: string): Control {
  const samples: Sample[] = [];
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  let running: number | undefined;
  let closed = false;
  async function measure(count: number): Promise<void> {
    const body = { metadata: { annotations: { control: `${count}` } } };
    running = Date.now();
    await api.open(path, { method: 'PATCH', body, contentType: MERGE_PATCH }).then(
      (answer) => answer.dump(),
      () => undefined,
    );
    samples.push({ fromMs: running, toMs: Date.now() });
    running = undefined;
    if (samples.length > KEPT) samples.shift();
  }
  async function watch(): Promise<void> {
    for (let count = 0; !closed; count += 1) {
      await measure(count);
      await sleep(EVERY_MS);
    }
  }
  const watching = watch();
  return {
    longestBetween(fromMs, toMs) {
      const now = running === undefined ? [] : [{ fromMs: running, toMs: Date.now() }];
      return longestIn([...samples, ...now], fromMs, toMs);
    },
    async close() {
      closed = true;
      await watching;
    },
  };
}
