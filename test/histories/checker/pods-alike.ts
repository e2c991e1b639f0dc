import { ABSENT } from '../../../src/digest/source.ts';
import { templateMarksOf } from '../../../src/marks/marks.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { usages } from '../../../src/references/usage.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { Container, PodTemplate } from '../../../src/workloads/pod-template.ts';
import { copyAt, endOf, type PinnedSource, pinnedBy } from './copies.ts';
import type { Call, Copy, History, Life, Revision, Version } from './history.ts';
import { jobsAlike } from './jobs-alike.ts';
import { ownerOf, podsByRevision } from './revisions.ts';
import { FORMAT } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf, windowOf } from './windows.ts';
import { commitsIn, hashOf, isManaged, stepsOf } from './workload-steps.ts';

const marksOn = (template: PodTemplate) => templateMarksOf(template.metadata?.annotations);

/** A revision whose template says that its pods read copies. */
interface Pinned {
  readonly life: Life<Revision>;
  readonly template: PodTemplate;
  readonly pinned: readonly PinnedSource[];
}

function pinnedOnes({ revisions }: History): readonly Pinned[] {
  return revisions.flatMap((life) => {
    const template = life.commits[0]?.object.template;
    const marks = template && marksOn(template);
    return template && marks?.pinned !== undefined ? [{ life, template, pinned: pinnedBy(marks) }] : [];
  });
}

/** The template without the entries of its environment that an absent source would fill. */
function withoutAbsent({ template, pinned }: Pinned): PodTemplate {
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
 * A pod has the references of its revision's template, each to the copy instead of the source. It has none
 * of the environment to a source that was absent.
 */
function misdirected(revision: Pinned, pod: Pod, { id, copy }: PinnedSource): string | undefined {
  const named = new Map(references(pod).map(({ where, kind, name }) => [where, `${kind}/${name}`]));
  const [kind] = id.split('/');
  const live = references(pod).find((reference) => sourceId(reference) === id);
  if (live) return `${live.where} names ${id} itself`;
  const wrong = references(withoutAbsent(revision)).find(
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
  { life: revision, template }: Pinned,
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
  if (copy.deletedAt !== undefined && copy.deletedAt < endOf(revision))
    return `${name} was deleted @${copy.deletedAt}, before ${revision.name}`;
  const then = copy.commits.findLast((commit) => commit.version <= version);
  return then?.object.owners.includes(revision.uid) ? undefined : `${name} is not kept for ${revision.name}`;
}

/**
 * Whether the revision's template arrived while lockstep was kept out. Then nothing has checked that the
 * copies exist that it names. An undo may have crossed the workload's own end and bring back the template
 * of an earlier one.
 */
function isBroughtUnmanaged(history: History, { life, template }: Pinned): boolean {
  const [made] = life.commits;
  const uid = made && ownerOf(made.object);
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

/**
 * Whether a ControllerRevision may have had no workload when lockstep looked. A workload that is deleted without its
 * pods releases its revisions, and its controller may make a pod from outdated information after that. lockstep then
 * cannot tell whose the revision is.
 */
function isReleased(history: History, { life }: Pinned, calls: readonly Call[], version: Version): boolean {
  const from = Math.min(...calls.map((call) => windowOf(history, call).from));
  return commitsIn(life, { from, to: version }).some(
    ({ object }) => object.kind === 'ControllerRevision' && ownerOf(object) === undefined,
  );
}

function judge(history: History, revision: Pinned, { name, commits: [made] }: Life<Pod>): Verdict {
  if (!made) return HELD;
  const { object: pod, version } = made;
  const calls = callsOf(history, 'pods', name, version);
  // The API server accepts the pod unchanged (failurePolicy: Ignore). `Checked` holds that this stays rare.
  if (calls.some(({ unchecked }) => unchecked)) return exempt('not checked: a replica was killed');
  // The controller created it from outdated information. The copies may have gone with the revision, and
  // the pod follows.
  if (version > endOf(revision.life)) return exempt('its revision is gone');
  const [own, template] = [marksOn(pod), marksOn(revision.template)];
  const wrongs = [
    ...(own.sources === template.sources && own.pinned === template.pinned ? [] : ['it carries other marks']),
    ...revision.pinned.flatMap(
      (source) => misdirected(revision, pod, source) ?? badCopy(history, revision, source, version) ?? [],
    ),
  ];
  if (wrongs.length > 0) {
    if (isBroughtUnmanaged(history, revision)) return exempt('unmanaged');
    if (isReleased(history, revision, calls, version)) return exempt('its revision has lost its workload');
    const what = `${name}@${version} does not answer as ${revision.life.name} does`;
    return violated(`${what}: ${wrongs.join('; ')}`, version);
  }
  return HELD;
}

/**
 * Pods of one revision answer alike. If its template pins a source, each of its pods reads the copy that the
 * template names. The copy exists, cannot change, holds what the digest says, and stays as long as the
 * revision. The same holds for the pods of one Job.
 */
export function podsAlike(history: History): readonly Verdict[] {
  const pods = podsByRevision(history);
  const ofRevisions = pinnedOnes(history).flatMap((revision) =>
    (pods.get(revision.life.uid) ?? []).map((pod) => judge(history, revision, pod)),
  );
  return [...ofRevisions, ...jobsAlike(history)];
}
