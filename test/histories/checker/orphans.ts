import { marksOf } from '../../../src/marks/marks.ts';
import { HELD as HELD_MARK } from '../../../src/marks/names.ts';
import { revisionsOf } from '../../../src/marks/same-template.ts';
import { isOfRevision } from '../../../src/workloads/controller-revision.ts';
import { replacesAll } from '../../../src/workloads/strategy.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { endOf } from './copies.ts';
import type { Commit, History, Life, Revision } from './history.ts';
import { heldTemplate, ownerOf } from './revisions.ts';
import { type Window, windowOf } from './windows.ts';
import { commitsIn, type Step } from './workload-steps.ts';

/** The revisions that a workload may have adopted when it was created, at their versions from then. */
interface Orphans {
  /** All through the window, this was the only one. */
  readonly certain: Life<Revision> | undefined;
  readonly possible: readonly Commit<Revision>[];
}

const NONE: Orphans = { certain: undefined, possible: [] };

/** The workloads of a history have selectors of labels only. */
function hasLabels({ selector }: Workload, labels: Workload['metadata']['labels']): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels?.[name] === value);
}

/**
 * The time in which the create of a workload can have read sources, and which revisions there are. Calls that were answered
 * with the same version, and changed nothing, may have read later.
 */
export function createWindow(history: History, { commit, calls }: Step): Window {
  const creates = calls.filter(({ verb }) => verb === 'create');
  const from = Math.min(...creates.map((call) => windowOf(history, call).from));
  return { from: creates.length > 0 ? from : 0, to: commit.version };
}

/**
 * Whether a workload that is created adopts pods with a revision, at some time in a window or all through it. Where a
 * partition or OnDelete keeps pods of earlier revisions, these count, too.
 */
function hasPods(
  history: History,
  workload: Workload,
  revision: { readonly name: string; readonly object: Revision },
  window: Window,
  when: 'sometimes' | 'always',
): boolean {
  const { name, object } = revision;
  if (object.replicas !== undefined) return object.replicas > 0;
  const [from, to] = when === 'always' ? [window.from, window.to] : [window.to, window.from];
  return history.pods.some((pod) => {
    const [made] = pod.commits;
    if (!made || made.version > from || endOf(pod) <= to) return false;
    const { labels } = made.object.metadata;
    if (!hasLabels(workload, labels)) return false;
    return !replacesAll(workload.strategy) || isOfRevision(labels, workload.metadata.name, name);
  });
}

/**
 * A workload that is created adopts a revision with pods that has lost its workload, if it selects it and the
 * templates are the same apart from lockstep's marks.
 */
export function orphansOf(history: History, { before, commit }: Step, window: Window): Orphans {
  if (before) return NONE;
  const isOfTemplate = revisionsOf(commit.object.template, 'any-marks');
  const isOrphan = ({ object }: Commit<Revision>) =>
    hasLabels(commit.object, object.template?.metadata?.labels) &&
    ownerOf(object) === undefined &&
    !object.metadata.deletionTimestamp &&
    object.kind === commit.object.kind.revisions &&
    isOfTemplate(object.template);
  const found = history.revisions.flatMap((life) => {
    const versions = commitsIn(life, window);
    const has = ({ object }: Commit<Revision>, when: 'sometimes' | 'always') =>
      hasPods(history, commit.object, { name: life.name, object }, window, when);
    const orphaned = versions.filter((each) => isOrphan(each) && has(each, 'sometimes'));
    const [first] = life.commits;
    const always = first && first.version <= window.from && endOf(life) > window.to;
    const full = orphaned.every((each) => has(each, 'always'));
    return orphaned.length > 0
      ? [{ life, orphaned, always: always && full && orphaned.length === versions.length }]
      : [];
  });
  const [only, ...others] = found;
  return {
    certain: only?.always && others.length === 0 ? only.life : undefined,
    possible: found.flatMap(({ orphaned }) => orphaned),
  };
}

/**
 * The workload as it would have been if it had never been deleted. The Deployment controller never removes an annotation
 * of a ReplicaSet, so a hold counts only if the new workload has it, too.
 */
export function asBefore({ commit }: Step, { object: revision }: Commit<Revision>): Workload {
  const { [HELD_MARK]: held, ...annotations } = { ...revision.metadata.annotations };
  const own = marksOf(commit.object).held;
  return {
    ...commit.object,
    metadata: {
      ...commit.object.metadata,
      annotations: { ...annotations, ...(held !== undefined && held === own && { [HELD_MARK]: held }) },
    },
    template: heldTemplate(revision),
  };
}
