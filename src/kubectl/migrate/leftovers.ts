import type { Path } from '../../manifests/documents.ts';
import type { Peer } from '../../marks/peers.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { Workload } from '../../workloads/workload.ts';
import { type Finding, type FoundOn, NO_CHANGE, NOTHING_FOUND, type PatchOperation } from './finding.ts';
import { listAt, pointer, withoutItem } from './json-patch.ts';
import { INVALID_SCHEDULER, isWritten, SCHEDULER_BEFORE, WAVE_FINALIZER } from './peer-names.ts';
import { type Subject, templateAnnotations } from './subject.ts';

/** What Reloader writes into a container: a digest, under the name of the source. */
const RELOADER_VARIABLE = /^STAKATER_.+_(?:CONFIGMAP|SECRET|SECRETPROVIDERCLASS)$/;

/** What a program has left at one place of an object. */
export interface Leftover {
  readonly what: string;
  readonly on: 'Object' | 'PodTemplate';
  readonly path: Path;
  readonly patch: readonly PatchOperation[];
  readonly message: string;
  /** It goes from a manifest as an entry of a map. */
  readonly isEntry?: true;
}

const GOES = 'the program wrote it: remove it together with the next release';

function writtenAnnotations(peer: Peer, subject: Subject, { kind }: Workload): Leftover[] {
  const names = Object.keys(templateAnnotations(subject)).filter((name) => isWritten(peer, name));
  return names.map((what) => {
    const path = [...kind.templatePath, 'metadata', 'annotations', what];
    const patch = [{ op: 'remove', path: pointer(path) }] as const;
    return { what, on: 'PodTemplate', path, patch, message: GOES, isEntry: true };
  });
}

/** Those behind others come first, so that the places of the others stay. */
function variables({ object, kind }: Workload): Leftover[] {
  const inSpec: Path = [...kind.templatePath, 'spec'];
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(object, [...inSpec, list]).flatMap((container, i) =>
      listAt(container, ['env'])
        .flatMap((variable, j) => {
          const name = valueAt(variable, ['name']);
          if (typeof name !== 'string' || !RELOADER_VARIABLE.test(name)) return [];
          if (valueAt(variable, ['valueFrom']) !== undefined) return [];
          const path: Path = [...inSpec, list, i, 'env', j];
          const what = `env ${name} of container ${String(valueAt(container, ['name']))}`;
          const patch = withoutItem(path, ['name'], name);
          return [{ what, on: 'PodTemplate', path, patch, message: GOES } as const];
        })
        .toReversed(),
    ),
  );
}

function scheduler({ object, kind, metadata }: Workload): Leftover[] {
  const path: Path = [...kind.templatePath, 'spec', 'schedulerName'];
  if (valueAt(object, path) !== INVALID_SCHEDULER) return [];
  const before = metadata.annotations?.[SCHEDULER_BEFORE];
  const value = before || 'default-scheduler';
  const annotation: Path = ['metadata', 'annotations', SCHEDULER_BEFORE];
  const patch: PatchOperation[] = [
    { op: 'test', path: pointer(path), value: INVALID_SCHEDULER },
    { op: 'replace', path: pointer(path), value },
    ...(before === undefined ? [] : [{ op: 'remove', path: pointer(annotation) } as const]),
  ];
  const message = 'its pods wait for Wave, and start when it goes: nobody else starts them';
  return [{ what: 'schedulerName', on: 'PodTemplate', path, patch, message }];
}

function finalizer({ object }: Subject): Leftover[] {
  const path: Path = ['metadata', 'finalizers'];
  const at = listAt(object, path).indexOf(WAVE_FINALIZER);
  if (at < 0) return [];
  const message =
    'with it, the workload can never be deleted once Wave is gone. To remove it changes no pod template';
  const patch = withoutItem([...path, at], [], WAVE_FINALIZER);
  return [{ what: `finalizer ${WAVE_FINALIZER}`, on: 'Object', path: [...path, at], patch, message }];
}

function schedulerBefore({ own, workload }: Subject): Leftover[] {
  if (own[SCHEDULER_BEFORE] === undefined || !workload || scheduler(workload).length > 0) return [];
  const path: Path = ['metadata', 'annotations', SCHEDULER_BEFORE];
  const patch = [{ op: 'remove', path: pointer(path) }] as const;
  const message = 'the program wrote it. To remove it changes no pod template';
  return [{ what: SCHEDULER_BEFORE, on: 'Object', path, patch, message, isEntry: true }];
}

function toFinding({ place }: Subject, { what, on, path, message, isEntry }: Leftover): Finding {
  return {
    what,
    on,
    state: 'Leftover',
    message,
    ...(place && { place: place(path) }),
    ...(place && isEntry && { goes: isEntry }),
  };
}

/** What there is to say and to do about leftovers. */
export function foundLeft(subject: Subject, leftovers: readonly Leftover[]): FoundOn {
  const patchOf = (on: Leftover['on']) =>
    leftovers.filter((each) => each.on === on).flatMap(({ patch }) => patch);
  return {
    findings: leftovers.map((each) => toFinding(subject, each)),
    change: {
      ...NO_CHANGE,
      patch: patchOf('Object'),
      templatePatch: patchOf('PodTemplate'),
      edits: leftovers.flatMap(({ path, isEntry }) => (isEntry ? { path, value: undefined } : [])),
    },
  };
}

/** What a peer has left on a workload. */
export function leftoversOf(peer: Peer, subject: Subject): FoundOn {
  const { workload } = subject;
  if (!workload) return NOTHING_FOUND;
  const written = writtenAnnotations(peer, subject, workload);
  return foundLeft(
    subject,
    peer === 'reloader'
      ? [...written, ...variables(workload)]
      : [...written, ...scheduler(workload), ...schedulerBefore(subject), ...finalizer(subject)],
  );
}
