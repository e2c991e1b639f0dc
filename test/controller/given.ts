import type { Member } from '../../src/controller/entry.ts';
import {
  createQueue,
  noteEdit,
  type Pace,
  type Queue,
  type WorkloadView,
} from '../../src/controller/queue.ts';
import { noteShown } from '../../src/controller/shown.ts';
import { type Task, tasksOf } from '../../src/controller/tasks.ts';

export const S = 'n/configmap/s';
export const T = 'n/configmap/t';

const PACE: Pace = {
  settleMostMs: 60_000,
  concurrent: 3,
  concurrentPerNamespace: 2,
  restMs: 60_000,
  looks: 4,
};

export const memberOf = (name: string, over: Partial<Member> = {}): Member => ({
  key: name,
  namespace: 'n',
  sources: [S],
  settleMs: 5000,
  first: false,
  ...over,
});

/** An empty queue, in a cluster whose workloads have content `1` of each source, and are ready. */
export const newQueue = ({
  pace,
  view,
}: {
  pace?: Partial<Pace>;
  view?: Partial<WorkloadView>;
} = {}): Queue =>
  createQueue(
    { ...PACE, ...pace },
    { isOpen: () => true, contentOf: () => '1', isComplete: () => true, ...view },
  );

/** `judge a`, `bring a` */
export const textOf = (tasks: readonly Task[]): readonly string[] =>
  tasks.map((task) => `${task.do} ${task.key}`);

/** These workloads have been looked at after an edit, and wait for their turn. */
export function untilWaiting(queue: Queue, members: readonly Member[], nowMs: number, live = '1'): void {
  for (const member of members) {
    const { key, sources } = member;
    for (const source of sources) noteEdit(queue, source, [member], nowMs - member.settleMs);
    for (const task of tasksOf({ ...queue, pace: { ...queue.pace, concurrent: 0 } }, nowMs))
      if (task.do === 'judge') noteShown(queue, key, movedTo(live, sources), nowMs);
  }
}

const contents = (content: string, sources: readonly string[]) =>
  new Map(sources.map((source) => [source, content] as const));

export const movedTo = (content: string, moved: readonly string[] = [S]) =>
  ({ shows: 'moved', moved, live: contents(content, moved) }) as const;

export const rollingTo = (content: string, moved: readonly string[] = [S], hadFailed = false) =>
  ({ shows: 'rolling', moved, contents: contents(content, moved), hadFailed }) as const;

/** The next turn is this workload's, and its rollout begins. */
export function roll(queue: Queue, nowMs: number, content = '1', hadFailed = false): readonly string[] {
  const tasks = tasksOf(queue, nowMs).filter((task) => task.do === 'bring');
  for (const { key, moved } of tasks) noteShown(queue, key, rollingTo(content, moved, hadFailed), nowMs);
  return tasks.map(({ key }) => key);
}
