import { listOf } from '../policy/wording.ts';
import { type Indexed, idOfSource, idsOf, nameOfIndexed, namespaceOfSource } from './indexed.ts';
import type { Waiting } from './outlook.ts';
import type { EventSubject } from './ports.ts';
import { isFlapping } from './proofs.ts';
import type { Queue } from './queue.ts';
import type { SourceKey } from './source-state.ts';
import { type Delay, delaysIn } from './turns.ts';
import type { WorkloadIndex } from './workload-index.ts';

export const ofWorkload = ({ kind, name, uid, member }: Indexed): EventSubject => ({
  is: 'workload',
  kind,
  namespace: member.namespace,
  name,
  uid,
});

/** Each rollout is an occasion of its own. After it, the workload has another generation. */
export const ofRollout = (workload: Indexed): EventSubject => ({
  ...ofWorkload(workload),
  occasion: String(workload.generation),
});

export const ofSource = (source: SourceKey, occasion?: string): EventSubject => ({
  is: 'source',
  namespace: namespaceOfSource(source),
  id: idOfSource(source),
  occasion,
});

/** Something that does not go on by itself, or only slowly, so that people are told. */
export interface Standstill {
  /** The same one has the same id. */
  readonly id: string;
  readonly of:
    | { readonly is: 'workload'; readonly workload: Indexed }
    | { readonly is: 'source'; readonly source: SourceKey };
  /** Whether it goes on by itself. */
  readonly goesOn: boolean;
  /** Somebody wants it so: it is not its window, or an edit was stopped. */
  readonly isMeant: boolean;
  text(): string;
}

/** A wait that is longer is told of. One for a window always is. */
const LONG_MS = 60_000;

const WHY_WAITING: Readonly<Record<Exclude<Delay, 'window'> | 'unproven', string>> = {
  unproven: 'waits for another workload, which rolls with the same content first',
  first: 'waits for a workload that goes first (lockstep.dev/first)',
  place: 'waits for a place: as many workloads roll as may at a time',
  rest: 'waits, because it or its source has rolled a short time ago',
};

/** What the time tells of workloads that wait. */
export interface WaitTimes {
  readonly nowMs: number;
  /** When the workload's next window opens, in milliseconds since the epoch. */
  opensAtMs(workload: Indexed): number;
}

/** A wait that ends by itself. */
function waitOf(
  { key, moved, obstacle, sinceMs }: Waiting,
  workload: Indexed,
  delay: Delay | undefined,
  { nowMs, opensAtMs }: WaitTimes,
): Standstill[] {
  const why = delay === 'window' ? delay : obstacle?.why === 'unproven' ? obstacle.why : delay;
  if (why === undefined || (why !== 'window' && nowMs - sinceMs < LONG_MS)) return [];
  const words = () =>
    why === 'window'
      ? `rolls in its window, from ${new Date(opensAtMs(workload)).toISOString().replace('.000Z', 'Z')} on`
      : WHY_WAITING[why];
  const text = () => `${listOf(idsOf(moved))} changed: ${nameOfIndexed(workload)} ${words()}`;
  const id = `${key} ${why} ${moved.join()}`;
  return [{ id, of: { is: 'workload', workload }, goesOn: true, isMeant: why === 'window', text }];
}

/** What people are told of what waits now. */
export function standstillsOf(
  waiting: readonly Waiting[],
  queue: Queue,
  index: Pick<WorkloadIndex, 'get'>,
  times: WaitTimes,
): readonly Standstill[] {
  const { proofs, entries } = queue;
  if (waiting.length === 0) return [];
  const delayOf = delaysIn(queue, times.nowMs);
  return waiting.flatMap((each): Standstill[] => {
    const { key, obstacle } = each;
    const [workload, entry] = [index.get(key), entries.get(key)];
    if (!workload || !entry) return [];
    const wait = obstacle?.why === 'failed' ? [] : waitOf(each, workload, delayOf(entry), times);
    if (!obstacle) return wait;
    const { source } = obstacle;
    const id = idOfSource(source);
    if (obstacle.why === 'failed') {
      const other = index.get(obstacle.by);
      const failed = other ? nameOfIndexed(other) : 'another workload';
      const name = nameOfIndexed(workload);
      const why = `${id} changed, and ${failed} did not come through with it`;
      const text = () => `${why}: ${name} waits until ${id} is edited again`;
      const of = { is: 'workload', workload } as const;
      return [{ id: `${key} ${source} ${obstacle.by}`, of, goesOn: false, isMeant: true, text }];
    }
    if (obstacle.why === 'unproven' || !isFlapping(proofs, source)) return wait;
    const text = () => `${id} is edited again and again: its workloads roll for it less and less often`;
    return [...wait, { id: source, of: { is: 'source', source }, goesOn: true, isMeant: false, text }];
  });
}
