import { canonicalJson } from '../../../src/digest/canonical.ts';
import { type Marks, marksOf, templateMarksOf } from '../../../src/marks/marks.ts';
import type { Brought, History, Revision, Version } from './history.ts';
import { ownerOf, templateOf } from './revisions.ts';
import type { Step } from './workload-steps.ts';

/** The revisions that a workload had before a version, also those that it has adopted. */
function ownOnes(history: History, uid: string, before: Version): readonly Revision[] {
  return history.revisions.flatMap(({ commits }) => {
    const own = commits.find(({ version, object }) => version < before && ownerOf(object) === uid);
    return own ? [own.object] : [];
  });
}

/** Whether the workload has had the template with these marks. Only its own revisions count. */
export function hadTemplate(history: History, { life, commit }: Step): boolean {
  const now = canonicalJson(commit.object.template);
  return (
    life.commits.some(
      ({ version, object }) => version < commit.version && canonicalJson(object.template) === now,
    ) || ownOnes(history, life.uid, commit.version).some((own) => templateOf(own) === now)
  );
}

/**
 * Whether the workload has had a template with these marks. An undo may cross a delete and a create, and a controller may
 * copy the marks of another workload.
 */
export function hadMarks(history: History, { life, commit }: Step, { hash, pinned }: Brought): boolean {
  const isSame = (marks: Pick<Marks, 'hash' | 'pinned'>) => marks.hash === hash && marks.pinned === pinned;
  return (
    life.commits.some(({ version, object }) => version < commit.version && isSame(marksOf(object))) ||
    ownOnes(history, life.uid, commit.version).some(({ template }) =>
      isSame(templateMarksOf(template?.metadata?.annotations)),
    )
  );
}
