import { marksOf } from '../../../src/marks/marks.ts';
import { HELD as HELD_MARK } from '../../../src/marks/names.ts';
import { revisionsOf } from '../../../src/marks/same-template.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import { controllerOf, POD_TEMPLATE_HASH, type ReplicaSet } from '../../../src/workloads/replica-set.ts';
import { viewOf } from '../../kit/deployments.ts';
import { endOf } from './copies.ts';
import type { Step } from './deployment-steps.ts';
import type { Commit, History, Life } from './history.ts';
import { type Window, windowOf } from './windows.ts';

/** The ReplicaSets that a Deployment may have adopted when it was created, at their versions from then. */
interface Orphans {
  /** All through the window, this was the only one. */
  readonly certain: Life<ReplicaSet> | undefined;
  readonly possible: readonly Commit<ReplicaSet>[];
}

const NONE: Orphans = { certain: undefined, possible: [] };

/** The versions of an object in a window. undefined: it did not exist all the time. */
function versionsIn<T>(life: Life<T>, window: Window): readonly Commit<T>[] {
  return life.commits.filter(
    ({ version }, i) =>
      version <= window.to && (life.commits[i + 1]?.version ?? Number.POSITIVE_INFINITY) > window.from,
  );
}

/** The Deployments of a history have selectors of labels only. */
function isSelected({ spec: { selector } }: Deployment, { spec }: ReplicaSet): boolean {
  const labels = spec.template?.metadata?.labels ?? {};
  return Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}

/** The time in which a create can have read which ReplicaSets there are. */
export function createWindow(history: History, { commit, calls }: Step): Window {
  const from = Math.min(...calls.map((call) => windowOf(history, call).from));
  return { from: calls.length > 0 ? from : 0, to: commit.version };
}

/**
 * A Deployment that is created adopts a ReplicaSet with pods that has lost its Deployment, if it selects it and the
 * templates are the same apart from lockstep's marks.
 */
export function orphansOf(history: History, { before, commit }: Step, window: Window): Orphans {
  if (before) return NONE;
  const isOfTemplate = revisionsOf(commit.object.spec.template, 'any-marks');
  const isOrphan = ({ object }: Commit<ReplicaSet>) =>
    isSelected(commit.object, object) &&
    !controllerOf(object.metadata, 'Deployment') &&
    !object.metadata.deletionTimestamp &&
    (object.spec.replicas ?? 1) > 0 &&
    isOfTemplate(object.spec.template);
  const found = history.replicaSets.flatMap((life) => {
    const versions = versionsIn(life, window);
    const orphaned = versions.filter(isOrphan);
    const [first] = life.commits;
    const always = first && first.version <= window.from && endOf(life) > window.to;
    return orphaned.length > 0
      ? [{ life, orphaned, always: always && orphaned.length === versions.length }]
      : [];
  });
  const [only, ...others] = found;
  return {
    certain: only?.always && others.length === 0 ? only.life : undefined,
    possible: found.flatMap(({ orphaned }) => orphaned),
  };
}

/**
 * The Deployment as it would have been if it had never been deleted. The Deployment controller never removes an annotation
 * of a ReplicaSet, so a hold counts only if the new Deployment has it, too.
 */
export function asBefore({ commit }: Step, { object: set }: Commit<ReplicaSet>): Deployment {
  const { metadata, spec } = commit.object;
  const { [HELD_MARK]: held, ...annotations } = { ...set.metadata.annotations };
  const own = marksOf(viewOf(commit.object)).held;
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = { ...set.spec.template?.metadata?.labels };
  return {
    metadata: {
      ...metadata,
      annotations: { ...annotations, ...(held !== undefined && held === own && { [HELD_MARK]: held }) },
    },
    spec: {
      ...spec,
      template: { ...set.spec.template, metadata: { ...set.spec.template?.metadata, labels } },
    },
  };
}
