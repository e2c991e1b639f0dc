import { noteEarlier } from '../../src/controller/earlier.ts';
import { takesPlace } from '../../src/controller/entry.ts';
import { nextTimeOf, rollingOf } from '../../src/controller/outlook.ts';
import { createPasses, inTurn, type Passes } from '../../src/controller/passes.ts';
import {
  createQueue,
  noteEdit,
  noteEnd,
  noteGone,
  noteLook,
  noteProgress,
  type Queue,
} from '../../src/controller/queue.ts';
import { type Followed, rolloutStep } from '../../src/controller/rollouts.ts';
import { NOTHING, noteShown, type Shown } from '../../src/controller/shown.ts';
import type { SourceKey, WorkloadKey } from '../../src/controller/source-state.ts';
import { type Task, tasksOf } from '../../src/controller/tasks.ts';
import { Cluster, type MadeUp, type Quality } from './made-up-cluster.ts';

export const RULES = {
  settleMs: 5_000,
  settleMostMs: 60_000,
  concurrent: 3,
  concurrentPerNamespace: 2,
  restMs: 60_000,
  patienceMs: 120_000,
  deadlineMs: 600_000,
  sweepMs: 3_600_000,
  looks: 4,
};
const TICK_MS = 10_000;

export type Act =
  | { readonly act: 'edit'; readonly source: number; readonly quality: Quality }
  /** A label, or a key that nobody uses. */
  | { readonly act: 'touch'; readonly source: number }
  | { readonly act: 'lead' }
  | { readonly act: 'delete' | 'call' | 'undo' | 'idle' | 'break'; readonly workload: number }
  /** For the next three calls: what becomes of them. */
  | { readonly act: 'trouble'; readonly lost: boolean };

/** A bad content has reached a workload by the controller. */
interface Victim {
  readonly key: WorkloadKey;
  readonly term: number;
}

/** A leader at work in a made-up cluster, as `term.ts`, `work.ts` and `rollouts.ts` do it. */
export class Played {
  readonly cluster = new Cluster();
  queue: Queue = this.#newQueue();
  /** Broken laws. */
  readonly faults: string[] = [];
  /** Content -> those who rolled with it. */
  readonly victims = new Map<string, { readonly quality: Quality; readonly of: readonly Victim[] }>();
  term = 0;
  /** So many times somebody has removed a workload, or its pods, that may have been the one to prove a content. */
  removals = 0;
  #passes: Passes | undefined;
  #follows = new Map<WorkloadKey, Followed>();
  #answers: { readonly atMs: number; readonly give: () => void }[] = [];
  #trouble: boolean[] = [];
  #rolledMs = new Map<WorkloadKey, number>();
  readonly #latencyMs: number;

  constructor(latencyMs: number) {
    this.#latencyMs = latencyMs;
  }

  #newQueue(): Queue {
    return createQueue(RULES, this.cluster);
  }

  #usersOf(source: SourceKey) {
    return [...this.cluster.workloads.values()]
      .map(({ member }) => member)
      .filter(({ sources }) => sources.includes(source));
  }

  /** The next leader knows nothing but what is in the cluster. */
  lead(): void {
    const { cluster } = this;
    // What the leader before has sent has arrived by then, or is cancelled.
    for (const { give } of this.#answers) give();
    this.#answers = [];
    this.term += 1;
    this.queue = this.#newQueue();
    this.#follows = new Map();
    for (const of of cluster.workloads.values()) {
      if (!of.note) continue;
      const isUnderWay = cluster.progressOf(of) !== 'complete';
      const { atMs, moved } = of.note;
      if (isUnderWay || cluster.nowMs - atMs < RULES.restMs)
        noteEarlier(this.queue, of.member, { moved, rolledMs: atMs, isUnderWay });
    }
    const keysNow = () =>
      inTurn([...cluster.workloads.values()].map(({ member }) => member)).map(({ key }) => key);
    this.#passes = createPasses(keysNow, RULES.sweepMs, cluster.nowMs);
  }

  noteEdit(source: SourceKey): void {
    noteEdit(this.queue, source, this.#usersOf(source), this.cluster.nowMs);
  }

  do(act: Act): void {
    const { cluster } = this;
    if (act.act === 'lead') this.lead();
    else if (act.act === 'trouble') this.#trouble = Array.from({ length: 3 }, () => act.lost);
    else if ('source' in act) {
      const source = [...cluster.sources.keys()][act.source % cluster.sources.size] ?? '';
      if (act.act === 'edit') cluster.edit(source, act.quality);
      this.noteEdit(source);
    } else {
      const of = [...cluster.workloads.values()][act.workload % Math.max(cluster.workloads.size, 1)];
      if (of) this.#touch(act.act, of);
    }
  }

  #touch(act: 'delete' | 'call' | 'undo' | 'idle' | 'break', of: MadeUp): void {
    const { cluster, queue } = this;
    const { key } = of.member;
    if (act === 'delete' || act === 'idle') this.removals += 1;
    if (act === 'delete') {
      cluster.workloads.delete(key);
      noteGone(queue, key);
      this.#follows.delete(key);
    } else if (act === 'idle') of.isIdle = true;
    else if (act === 'break') {
      of.isBroken = true;
      cluster.roll(of);
    } else if (act === 'call') {
      of.isIdle = false;
      of.isBroken = false;
      cluster.roll(of);
    } else {
      cluster.roll(of, of.earlier);
      if (cluster.movedFor(of).length > 0) of.heldAgainst = cluster.liveFor(of);
    }
  }

  #startToFollow({ member, generation }: MadeUp): void {
    this.#follows.set(member.key, { generation, failure: undefined, pods: 'not-looked' });
  }

  #judge(of: MadeUp): Shown {
    const moved = this.cluster.movedFor(of);
    if (this.cluster.isHeld(of)) return NOTHING;
    if (moved.length === 0) {
      if (this.queue.entries.get(of.member.key)?.tried) this.#startToFollow(of);
      return { shows: 'in-step', contents: this.cluster.contentsOf(of) };
    }
    const live = new Map([...this.cluster.liveFor(of)].map(([source, { id }]) => [source, id]));
    if (!of.isIdle) return { shows: 'moved', moved, live };
    this.cluster.roll(of);
    return { shows: 'left', moved, live };
  }

  #bring(
    of: MadeUp,
    { moved: why }: Extract<Task, { do: 'bring' }>,
    isLate: (source: SourceKey) => boolean,
  ): Shown {
    const { cluster } = this;
    const moved = cluster.movedFor(of);
    if (moved.length === 0 || cluster.isHeld(of) || of.isIdle) return NOTHING;
    const { key } = of.member;
    const hadFailed = cluster.progressOf(of) === 'failed';
    const wasHealthy = cluster.progressOf(of) === 'complete';
    if (cluster.nowMs - (this.#rolledMs.get(key) ?? -1e9) < RULES.restMs - 1000)
      this.faults.push(`${key} has rolled twice within its rest`);
    this.#rolledMs.set(key, cluster.nowMs);
    for (const source of moved) {
      const { id, quality } = cluster.sources.get(source) ?? { id: '', quality: 'good' };
      const victims = this.victims.get(id)?.of ?? [];
      const known = victims.some((other) => other.key === key);
      if (quality !== 'good' && wasHealthy && !known && !isLate(source))
        this.victims.set(id, { quality, of: [...victims, { key, term: this.term }] });
    }
    cluster.roll(of);
    // In steps of a second, as in the annotation.
    of.note = { atMs: Math.floor(cluster.nowMs / 1000) * 1000, moved: why };
    this.#startToFollow(of);
    return { shows: 'rolling', moved: why, contents: cluster.contentsOf(of), hadFailed };
  }

  #perform(task: Task): void {
    const { cluster, queue } = this;
    const sources = new Map(cluster.sources);
    const isLate = (source: SourceKey) => sources.get(source)?.id !== cluster.sources.get(source)?.id;
    const trouble = this.#trouble.shift();
    const give = () => {
      const of = cluster.workloads.get(task.key);
      let shown: Shown = NOTHING;
      const isLost = trouble === true && task.do === 'bring';
      if (of && (trouble === undefined || isLost))
        shown = task.do === 'judge' ? this.#judge(of) : this.#bring(of, task, isLate);
      // The answer is lost, or the call did not arrive.
      if (trouble !== undefined) shown = { shows: 'failure' };
      if (isLost) this.#follows.delete(task.key);
      if (this.queue === queue) noteShown(queue, task.key, shown, cluster.nowMs);
    };
    this.#answers.push({ atMs: cluster.nowMs + this.#latencyMs, give });
  }

  #follow(): void {
    const { cluster, queue } = this;
    for (const [key, sinceMs] of rollingOf(queue)) {
      const of = cluster.workloads.get(key);
      const followed = this.#follows.get(key) ?? { generation: 0, failure: undefined, pods: 'not-looked' };
      const rollout = of && {
        generation: of.generation,
        progress: cluster.progressOf(of),
        failure: undefined,
        deadlineMs: undefined,
        idle: of.isIdle,
      };
      const step = rolloutStep(followed, rollout, cluster.nowMs - sinceMs, RULES);
      if (step === 'look') this.#follows.set(key, { ...followed, pods: 'some-ready' });
      else if (step !== 'wait') {
        noteEnd(queue, key, step);
        this.#follows.delete(key);
      }
    }
    noteProgress(queue);
  }

  #checkPlaces(): void {
    const taken = [...this.queue.entries.values()].filter(takesPlace);
    const most = (count: number, limit: number, where: string) => {
      if (count > limit) this.faults.push(`${count} under way in ${where}`);
    };
    most(taken.length, RULES.concurrent, 'all');
    for (const namespace of new Set(taken.map(({ member }) => member.namespace))) {
      const here = taken.filter(({ member }) => member.namespace === namespace);
      most(here.length, RULES.concurrentPerNamespace, namespace);
    }
  }

  #round(): void {
    const { cluster, queue } = this;
    for (const key of this.#passes?.due(cluster.nowMs) ?? []) {
      const of = cluster.workloads.get(key);
      if (of) noteLook(queue, of.member);
    }
    this.#follow();
    const tasks = tasksOf(queue, cluster.nowMs);
    if (tasks.some((task) => task.do === 'bring' && !queue.entries.get(task.key)?.rolling))
      this.#checkPlaces();
    for (const task of tasks) this.#perform(task);
    if (nextTimeOf(queue, cluster.nowMs) <= cluster.nowMs)
      this.faults.push('there is something to do at once, and no task for it');
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const { cluster } = this;
    const endMs = cluster.nowMs + ms;
    for (;;) {
      this.#round();
      const next = Math.min(...this.#answers.map(({ atMs }) => atMs), cluster.nowMs + TICK_MS, endMs);
      const due = nextTimeOf(this.queue, cluster.nowMs);
      // What only waits is looked up less often than in truth.
      cluster.nowMs = due === cluster.nowMs + 1000 ? next : Math.min(next, Math.max(due, cluster.nowMs + 10));
      const answers = this.#answers.filter(({ atMs }) => atMs <= cluster.nowMs);
      this.#answers = this.#answers.filter(({ atMs }) => atMs > cluster.nowMs);
      for (const { give } of answers) give();
      if (cluster.nowMs >= endMs) return;
    }
  }
}
