import { deadlineOf } from '../workloads/deadline.ts';
import { progressOf } from '../workloads/progress.ts';
import { isIdle, type Workload } from '../workloads/workload.ts';
import { type Indexed, type IndexedRollout, type IndexRules, indexed, keyOf } from './indexed.ts';
import type { Aftermath } from './other-content.ts';
import type { Place } from './ports.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';

/** Which workloads use which sources, and how far their rollouts are. */
export interface WorkloadIndex {
  /** @returns what is known of it now. Undefined: an edit of its sources does not concern it */
  put(workload: Workload): Indexed | undefined;
  remove(key: WorkloadKey): void;
  get(key: WorkloadKey): Indexed | undefined;
  all(): Iterable<Indexed>;
  usersOf(source: SourceKey): readonly Indexed[];
  /** The Secrets that workloads refer to. */
  secrets(): Iterable<Place>;
  /** How far the rollout of the workload's pods is. Undefined: nothing is known of it. */
  rolloutOf(key: WorkloadKey): IndexedRollout | undefined;
}

/** The rollout of a workload whose pods another one makes. */
function rolloutBy({ generation }: Indexed, runner: Workload): IndexedRollout {
  const { metadata, rollout } = runner;
  // The runner notes which generation of the other it has seen.
  const progress = progressOf({ ...runner, metadata: { ...metadata, generation }, runner });
  return {
    generation,
    progress,
    failure: rollout.failure,
    deadlineMs: deadlineOf(runner),
    idle: isIdle(runner),
  };
}

/** The Rollouts that take their templates from other workloads. There are few, so they are kept whole. */
function createRunners() {
  const targets = new Map<WorkloadKey, string>();
  const runners = new Map<string, Workload>();
  return {
    put(key: WorkloadKey, runner: Workload): void {
      const { templateRef, namespace } = runner;
      if (!templateRef) return;
      const target = `${templateRef.kind}/${namespace}/${templateRef.name}`;
      targets.set(key, target);
      runners.set(target, runner);
    },
    remove(key: WorkloadKey): void {
      const target = targets.get(key);
      if (target !== undefined) runners.delete(target);
      targets.delete(key);
    },
    /** The one that takes its template from this workload. */
    of: ({ kind, member, name }: Indexed): Workload | undefined =>
      runners.get(`${kind.kind}/${member.namespace}/${name}`),
  };
}

/** An index of whole workloads. It keeps little of each. */
export function createIndex(rules: IndexRules): WorkloadIndex {
  const known = new Map<WorkloadKey, Indexed>();
  const users = new Map<SourceKey, Set<WorkloadKey>>();
  const runners = createRunners();

  function unlink(key: WorkloadKey): void {
    for (const source of known.get(key)?.member.sources ?? []) {
      const keys = users.get(source);
      keys?.delete(key);
      if (keys?.size === 0) users.delete(source);
    }
    known.delete(key);
    runners.remove(key);
  }

  return {
    put(workload) {
      const { kind, namespace, metadata } = workload;
      const key = keyOf(kind, { namespace, name: metadata.name ?? '' });
      unlink(key);
      runners.put(key, workload);
      const entry = indexed(workload, rules);
      if (!entry) return undefined;
      known.set(key, entry);
      for (const source of entry.member.sources) {
        const keys = users.get(source) ?? new Set();
        users.set(source, keys.add(key));
      }
      return entry;
    },

    remove: unlink,
    get: (key) => known.get(key),
    all: () => known.values(),
    usersOf: (source) =>
      [...(users.get(source) ?? [])].flatMap((key) => {
        const user = known.get(key);
        return user ? [user] : [];
      }),

    *secrets() {
      for (const source of users.keys()) {
        const [namespace = '', kind, name = ''] = source.split('/');
        if (kind === 'secret') yield { namespace, name };
      }
    },

    rolloutOf(key) {
      const own = known.get(key);
      const runner = own && runners.of(own);
      return runner ? rolloutBy(own, runner) : own;
    },
  };
}

/** What the proofs of sources ask of workloads. */
export const aftermathIn = (index: Pick<WorkloadIndex, 'get' | 'rolloutOf'>): Aftermath => ({
  contentOf: (key, source) => (index.rolloutOf(key)?.idle ? undefined : index.get(key)?.contents.get(source)),
  isComplete: (key) => index.rolloutOf(key)?.progress === 'complete',
});
