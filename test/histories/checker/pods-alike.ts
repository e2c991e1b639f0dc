import { ABSENT } from '../../../src/digest/source.ts';
import { templateMarksOf } from '../../../src/marks/marks.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { usages } from '../../../src/references/usage.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { Container, PodTemplate } from '../../../src/workloads/pod-template.ts';
import { controllerOf, type ReplicaSet } from '../../../src/workloads/replica-set.ts';
import { copyAt, endOf, type PinnedSource, pinnedBy } from './copies.ts';
import { hashOf, isManaged, stepsOf } from './deployment-steps.ts';
import type { Copy, History, Life, Version } from './history.ts';
import { FORMAT } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf } from './windows.ts';

const marksOn = (template: PodTemplate) => templateMarksOf(template.metadata?.annotations);

/** A ReplicaSet whose template says that its pods read copies. */
interface PinnedSet {
  readonly life: Life<ReplicaSet>;
  readonly template: PodTemplate;
  readonly pinned: readonly PinnedSource[];
}

function pinnedSets({ replicaSets }: History): readonly PinnedSet[] {
  return replicaSets.flatMap((life) => {
    const template = life.commits[0]?.object.spec.template;
    const marks = template && marksOn(template);
    return template && marks?.pinned !== undefined ? [{ life, template, pinned: pinnedBy(marks) }] : [];
  });
}

/** The template without the entries of its environment that an absent source would fill. */
function withoutAbsent({ template, pinned }: PinnedSet): PodTemplate {
  const absent = new Set(pinned.filter(({ short }) => short === ABSENT).map(({ id }) => id));
  const stays = (kind: string, selector: { readonly name?: string | null } | null | undefined) =>
    !absent.has(`${kind}/${selector?.name}`);
  const shown = (container: Container): Container => ({
    ...container,
    env:
      container.env?.filter(
        ({ valueFrom }) =>
          stays('configmap', valueFrom?.configMapKeyRef) && stays('secret', valueFrom?.secretKeyRef),
      ) ?? null,
    envFrom:
      container.envFrom?.filter(
        ({ configMapRef, secretRef }) => stays('configmap', configMapRef) && stays('secret', secretRef),
      ) ?? null,
  });
  const { initContainers, containers } = template.spec ?? {};
  return {
    spec: {
      ...template.spec,
      initContainers: initContainers?.map(shown) ?? null,
      containers: containers?.map(shown) ?? null,
    },
  };
}

/**
 * A pod has the references of its ReplicaSet's template, each to the copy instead of the source. It has none
 * of the environment to a source that was absent.
 */
function misdirected(set: PinnedSet, pod: Pod, { id, copy }: PinnedSource): string | undefined {
  const named = new Map(references(pod).map(({ where, kind, name }) => [where, `${kind}/${name}`]));
  const [kind] = id.split('/');
  const live = references(pod).find((reference) => sourceId(reference) === id);
  if (live) return `${live.where} names ${id} itself`;
  const wrong = references(withoutAbsent(set)).find(
    (reference) => sourceId(reference) === id && named.get(reference.where) !== `${kind}/${copy}`,
  );
  return wrong && `${wrong.where} names ${named.get(wrong.where) ?? 'nothing'} instead of ${kind}/${copy}`;
}

/** Whether the part of a copy that its pods use has the digest that the template names. */
function isTrue(template: PodTemplate, { id, short }: PinnedSource, { content, immutable }: Copy): boolean {
  const usage = usages(references(template)).find((one) => sourceId(one) === id);
  return immutable && usage !== undefined && FORMAT.sourceDigest('', usage, content).startsWith(short);
}

/** What is wrong with the copy that a pod of this version reads. */
function badCopy(
  history: History,
  { life: set, template }: PinnedSet,
  source: PinnedSource,
  version: Version,
): string | undefined {
  const { copy: name, short } = source;
  const copy = copyAt(history, name, version);
  if (short === ABSENT) return copy && `${name} is there`;
  if (!copy) return `${name} is not there`;
  if (!copy.commits.every(({ object }) => isTrue(template, source, object)))
    return `${name} holds something else than ${short}, or need not stay so`;
  // After an owner has gone, Kubernetes deletes copies, pods and more in any order. It never does so before.
  if (copy.deletedAt !== undefined && copy.deletedAt < endOf(set))
    return `${name} was deleted @${copy.deletedAt}, before ${set.name}`;
  const then = copy.commits.findLast((commit) => commit.version <= version);
  return then?.object.owners.includes(set.uid) ? undefined : `${name} is not kept for ${set.name}`;
}

/**
 * Whether the ReplicaSet's template arrived while lockstep was kept out. Then nothing has checked that the
 * copies exist that it names. An undo may have crossed the Deployment's own end and bring back the template
 * of an earlier one.
 */
function isBroughtUnmanaged(history: History, { life, template }: PinnedSet): boolean {
  const [made] = life.commits;
  const uid = made && controllerOf(made.object.metadata, 'Deployment')?.uid;
  const { hash } = marksOn(template);
  const bringing = stepsOf(history).findLast(
    (step) =>
      made !== undefined &&
      step.life.uid === uid &&
      step.commit.version < made.version &&
      hashOf(step.commit.object) === hash &&
      // Later writes may have kept the template as it was.
      (!step.before || hashOf(step.before.object) !== hash),
  );
  return bringing !== undefined && !isManaged(bringing.commit.object);
}

function judge(history: History, set: PinnedSet, { name, commits: [made] }: Life<Pod>): Verdict {
  if (!made) return HELD;
  const { object: pod, version } = made;
  const calls = callsOf(history, 'pods', name, version);
  // The API server accepts the pod unchanged (failurePolicy: Ignore). `Checked` holds that this stays rare.
  if (calls.some(({ unchecked }) => unchecked)) return exempt('not checked: a replica was killed');
  // The controller created it from outdated information. The copies may have gone with the ReplicaSet, and
  // the pod follows.
  if (version > endOf(set.life)) return exempt('its replica set is gone');
  const [own, template] = [marksOn(pod), marksOn(set.template)];
  const wrongs = [
    ...(own.sources === template.sources && own.pinned === template.pinned ? [] : ['it carries other marks']),
    ...set.pinned.flatMap(
      (source) => misdirected(set, pod, source) ?? badCopy(history, set, source, version) ?? [],
    ),
  ];
  if (wrongs.length > 0) {
    if (isBroughtUnmanaged(history, set)) return exempt('unmanaged');
    const what = `${name}@${version} does not answer as ${set.life.name} does`;
    return violated(`${what}: ${wrongs.join('; ')}`, version);
  }
  return HELD;
}

/**
 * Pods of one ReplicaSet answer alike. If its template pins a source, each of its pods reads the copy that
 * the template names. The copy exists, cannot change, holds what the digest says, and stays as long as the
 * ReplicaSet.
 */
export function podsAlike(history: History): readonly Verdict[] {
  const bySet = Map.groupBy(
    history.pods,
    ({ commits: [made] }) => made && controllerOf(made.object.metadata, 'ReplicaSet')?.uid,
  );
  return pinnedSets(history).flatMap((set) =>
    (bySet.get(set.life.uid) ?? []).map((pod) => judge(history, set, pod)),
  );
}
