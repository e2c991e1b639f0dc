import type { Edit } from '../../manifests/edit.ts';
import { IGNORE } from '../../marks/names.ts';
import { type Peer, RELOADER } from '../../marks/peers.ts';
import type { Workload } from '../../workloads/workload.ts';
import { type Finding, type FoundOn, NO_CHANGE, NOTHING_FOUND, type Texts } from './finding.ts';
import { pointer } from './json-patch.ts';
import { leftoversOf } from './leftovers.ts';
import { annotationsOf, decides, isRead, isWritten, SCHEDULER_BEFORE, takenAs } from './peer-names.ts';
import type { Setting } from './setting.ts';
import { type Subject, templateAnnotations } from './subject.ts';
import { translationOf } from './translation.ts';
import { unrecordedOf } from './unrecorded.ts';
import { changedWorkload } from './words.ts';

const OWN = ['metadata', 'annotations'];

/** The edits of a manifest. Each puts its entry in front of the one before. */
export function editsFor(
  { labels, annotations }: { readonly labels: Texts; readonly annotations: Texts },
  removed: readonly (readonly string[])[],
): readonly Edit[] {
  const put = (within: readonly string[], texts: Texts) =>
    Object.entries(texts)
      .toReversed()
      .map(([name, value]) => ({ path: [...within, name], value }));
  return [
    ...put(OWN, annotations),
    ...put(['metadata', 'labels'], labels),
    ...removed.map((path) => ({ path, value: undefined })),
  ];
}

function findingFor(
  subject: Subject,
  on: 'Object' | 'PodTemplate',
  what: string,
  judged: Pick<Finding, 'state' | 'message'>,
): Finding {
  const { place, workload } = subject;
  const path = [...(on === 'PodTemplate' ? (workload?.kind.templatePath ?? []) : []), ...OWN, what];
  return { what, on, ...judged, ...(place && { place: place(path) }) };
}

const keep = (message: string) => ({ state: 'Keep', message }) as const;

function onWorkload(peer: Peer, subject: Subject, workload: Workload, setting: Setting): FoundOn {
  const translation = translationOf(peer, workload, setting);
  const { removed, removedOfTemplate, problems, blocked } = translation;
  const judged = (name: string, annotations: Texts, goes: readonly string[]) => {
    if (goes.includes(name)) return { state: 'Replace', message: takenAs(name, annotations) } as const;
    const problem = problems.get(name);
    if (problem !== undefined && !decides(name)) return keep(problem);
    if (!isRead(name)) return keep('lockstep does not know it');
    return keep(blocked.join('; ') || 'the program does not read it in a pod template');
  };
  const carriers = [
    { on: 'Object', annotations: subject.own, goes: removed },
    { on: 'PodTemplate', annotations: templateAnnotations(subject), goes: removedOfTemplate },
  ] as const;
  const findings = carriers.flatMap(({ on, annotations, goes }) =>
    annotationsOf(peer, Object.keys(annotations))
      .filter((name) => !isWritten(peer, name) && name !== SCHEDULER_BEFORE)
      .map((name) => findingFor(subject, on, name, judged(name, annotations, goes))),
  );
  const isAsked = removed.length + removedOfTemplate.length > 0;
  const words = isAsked ? translation : { labels: {}, annotations: {} };
  const ofTemplate = removedOfTemplate.map((name) => [...workload.kind.templatePath, ...OWN, name]);
  return {
    findings,
    change: {
      labels: words.labels,
      annotations: words.annotations,
      removed,
      unrecorded:
        isAsked && !subject.place
          ? unrecordedOf(setting, workload, changedWorkload(workload, translation))
          : [],
      patch: [],
      templatePatch: ofTemplate.map((path) => ({ op: 'remove', path: pointer(path) })),
      edits: editsFor(words, [...removed.map((name) => [...OWN, name]), ...ofTemplate]),
    },
  };
}

/** Reloader has two annotations of ConfigMaps and Secrets. */
function onSource(subject: Subject): FoundOn {
  const names = [RELOADER.ignore, RELOADER.match].filter((name) => subject.own[name] !== undefined);
  const isEncrypted = Object.hasOwn(Object(subject.object), 'sops');
  const ignores = subject.own[RELOADER.ignore] === 'true';
  const judged = (name: string) => {
    if (name === RELOADER.match)
      return keep('workloads may ask for it with search: list its name in lockstep.dev/only of these');
    if (isEncrypted) return keep('SOPS has signed the file: edit it with sops');
    return {
      state: 'Replace',
      message: ignores ? 'it counts for no workload' : 'it says nothing: only "true" counts',
    } as const;
  };
  const removed = isEncrypted ? [] : names.filter((name) => name === RELOADER.ignore);
  const annotations: Texts =
    removed.length > 0 && ignores && subject.own[IGNORE] === undefined ? { [IGNORE]: 'true' } : {};
  return {
    findings: names.map((name) => findingFor(subject, 'Object', name, judged(name))),
    change: {
      ...NO_CHANGE,
      annotations,
      removed,
      edits: editsFor(
        { labels: {}, annotations },
        removed.map((name) => [...OWN, name]),
      ),
    },
  };
}

const JOBS = 'on a Job or CronJob it means nothing to lockstep, and new Jobs start with what is there';
const OTHERS = 'lockstep does not act on this kind';

/** What one object has of a peer's annotations, and what the peer has left there. */
export function peerFindings(peer: Peer, subject: Subject, setting: Setting): FoundOn {
  const { workload, kind, own } = subject;
  if (workload) {
    const asked = onWorkload(peer, subject, workload, setting);
    const left = leftoversOf(peer, subject);
    return {
      findings: [...asked.findings, ...left.findings],
      change: {
        ...asked.change,
        patch: left.change.patch,
        templatePatch: [...asked.change.templatePatch, ...left.change.templatePatch],
        edits: [...asked.change.edits, ...left.change.edits],
      },
    };
  }
  if (['ConfigMap', 'Secret'].includes(kind)) return peer === 'reloader' ? onSource(subject) : NOTHING_FOUND;
  const names = annotationsOf(peer, Object.keys(own));
  const why = keep(['Job', 'CronJob'].includes(kind) ? JOBS : OTHERS);
  return {
    findings: names.map((name) => findingFor(subject, 'Object', name, why)),
    change: NO_CHANGE,
  };
}
