import { canonicalJson } from '../../../src/digest/canonical.ts';
import { type Marks, marksOf, templateMarksOf } from '../../../src/marks/marks.ts';
import { controllerOf, type ReplicaSet } from '../../../src/workloads/replica-set.ts';
import { viewOf } from '../../kit/deployments.ts';
import type { Step } from './deployment-steps.ts';
import type { Brought, History, Version } from './history.ts';
import { templateOf } from './one-rollout.ts';

/** The ReplicaSets that a Deployment had before a version, also those that it has adopted. */
function ownSets(history: History, uid: string, before: Version): readonly ReplicaSet[] {
  return history.replicaSets.flatMap(({ commits }) => {
    const own = commits.find(
      ({ version, object }) => version < before && controllerOf(object.metadata, 'Deployment')?.uid === uid,
    );
    return own ? [own.object] : [];
  });
}

/** Whether the Deployment has had the template with these marks. Only its own revisions count. */
export function hadTemplate(history: History, { life, commit }: Step): boolean {
  const now = canonicalJson(commit.object.spec.template);
  return (
    life.commits.some(
      ({ version, object }) => version < commit.version && canonicalJson(object.spec.template) === now,
    ) || ownSets(history, life.uid, commit.version).some((set) => templateOf(set) === now)
  );
}

/**
 * Whether the Deployment has had a template with these marks. An undo may cross a delete and a create, and a controller may
 * copy the marks of another workload.
 */
export function hadMarks(history: History, { life, commit }: Step, { hash, pinned }: Brought): boolean {
  const isSame = (marks: Pick<Marks, 'hash' | 'pinned'>) => marks.hash === hash && marks.pinned === pinned;
  return (
    life.commits.some(({ version, object }) => version < commit.version && isSame(marksOf(viewOf(object)))) ||
    ownSets(history, life.uid, commit.version).some(({ spec }) =>
      isSame(templateMarksOf(spec.template?.metadata?.annotations)),
    )
  );
}
