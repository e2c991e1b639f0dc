import type { ReviewContext } from '../../src/admission/context.ts';
import type { ReviewDeps } from '../../src/admission/deps.ts';
import { ownPatches } from '../../src/admission/own-patches.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { type FoundByPorts, inStepDeps } from './ports.ts';

/** What the ports of `reviewDeps` return. */
export interface FoundByReview extends FoundByPorts {
  /** The result under any name. */
  readonly replicaSet?: ReplicaSet | undefined;
}

/** The dependencies of a review, over plain data, with the calls of the ports and the recorded events. */
export function reviewDeps(found: FoundByReview = {}, overrides: Partial<ReviewDeps> = {}) {
  const { deps: inStep, asked } = inStepDeps(found);
  const told: string[] = [];
  const deps: ReviewDeps = {
    ...inStep,
    kinds: WORKLOAD_KINDS,
    scope: { excluded: ['kube-system'], only: [] },
    ceiling: true,
    ownPatches: ownPatches(),
    replicaSets: {
      async read(namespace, { name }) {
        asked.push(`read replicasets ${namespace}/${name}`);
        return found.replicaSet;
      },
    },
    events: {
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
  signal: new AbortController().signal,
  ...changes,
});
