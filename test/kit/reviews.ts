import type { ReviewContext } from '../../src/admission/context.ts';
import type { CeilingSettings, ReviewDeps } from '../../src/admission/deps.ts';
import { ownPatches } from '../../src/admission/own-patches.ts';
import type { Revision } from '../../src/in-step/revision-ports.ts';
import type { Successor } from '../../src/policy/ceiling.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { revisionOf } from './pinned-pods.ts';
import { type FoundByPorts, inStepDeps } from './ports.ts';

/** What the ports of `reviewDeps` return. */
export interface FoundByReview extends FoundByPorts {
  /** The result under any name. */
  readonly replicaSet?: ReplicaSet | undefined;
  readonly successor?: Successor;
  /** The revision of any pod that names a ControllerRevision. */
  readonly controllerRevision?: Revision | undefined;
}

/** The default patience. The clock shows an hour since the epoch. */
export const ceilingSettings = (): CeilingSettings => ({
  patience: { usualMs: 600_000, pinnedMs: 60_000 },
  clock: { now: () => 3_600_000 },
});

/** The dependencies of a review, over plain data, with the calls of the ports and the recorded events. */
export function reviewDeps(found: FoundByReview = {}, overrides: Partial<ReviewDeps> = {}) {
  const { deps: inStep, asked } = inStepDeps(found);
  const told: string[] = [];
  const deps: ReviewDeps = {
    ...inStep,
    kinds: WORKLOAD_KINDS,
    scope: { excluded: ['kube-system'], only: [] },
    ceiling: ceilingSettings(),
    ownPatches: ownPatches(),
    replicaSets: {
      async read(namespace, { name }) {
        asked.push(`read replicasets ${namespace}/${name}`);
        return found.replicaSet;
      },
      async successor({ metadata }) {
        asked.push(`successor of ${metadata.name}`);
        return found.successor;
      },
    },
    revisions: {
      async read(namespace, { kind, name }) {
        asked.push(`read ${kind.toLowerCase()}s ${namespace}/${name}`);
        if (kind === 'ControllerRevision') return found.controllerRevision;
        return found.replicaSet && revisionOf(found.replicaSet);
      },
    },
    jobs: undefined,
    events: {
      later(_place, job) {
        // As the real one does: no answer waits for it.
        setImmediate(() => void job(new AbortController().signal));
      },
      async record(_reason, { namespace, name }, message) {
        told.push(`${namespace}/${name}: ${message}`);
      },
    },
    ...overrides,
  };
  return { deps, asked, told };
}

export const reviewContext = (changes: Partial<ReviewContext> = {}): ReviewContext => ({
  onError: 'allow',
  pinNamespace: false,
  mode: 'enforce',
  signal: new AbortController().signal,
  ...changes,
});
