import { apiVersionOf } from '../../workloads/workload.ts';
import { quoted } from '../printing/shell.ts';
import type { Change, Finding, FoundOn, PatchOperation, Texts } from './finding.ts';
import { type Subject, subjectName } from './subject.ts';

/** A call that makes one change of an object. */
export interface Command {
  /**
   * `always`: it changes the pod template. `perhaps`: something counts afterwards that lockstep has not recorded, or
   * the workload is not in step, and lockstep brings it into step at any update.
   */
  readonly rollsPods: 'never' | 'perhaps' | 'always';
  /** What lockstep has not recorded: `configmap/flags`. */
  readonly unrecorded: readonly string[];
  /** Why it is not certain that the workload is in step. Absent: it is. */
  readonly doubt?: string;
  readonly command: string;
}

/** What was found on one object, as `-o json` has it. */
export interface MigrationReport {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly findings: readonly Finding[];
  /** What to write in place of what goes. */
  readonly write: { readonly labels: Texts; readonly annotations: Texts };
  readonly commands: readonly Command[];
}

/** A code unit as JSON escapes it. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON without control and format characters, which a terminal would obey. */
const plainJson = (value: object): string =>
  JSON.stringify(value).replace(/\p{C}/gu, (character) => character.split('').map(escaped).join(''));

function mergePatch({ labels, annotations, removed }: Change): object | undefined {
  const changed = { ...annotations, ...Object.fromEntries(removed.map((name) => [name, null])) };
  if (Object.keys({ ...labels, ...changed }).length === 0) return undefined;
  return {
    metadata: {
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(changed).length > 0 && { annotations: changed }),
    },
  };
}

/** `deployment/web`, or with its group, for a custom resource. */
function targetOf({ workload, kind, name }: Subject): string {
  if (!workload?.kind.isCustom) return `${kind.toLowerCase()}/${name}`;
  return `${workload.kind.resource}.${workload.kind.group}/${name}`;
}

/** What commands depend on beside the change. */
export interface Circumstances {
  /** Why the workload may be out of step. Undefined: it is in step. */
  readonly doubt?: string | undefined;
  /** The flags that lead kubectl to the cluster. */
  readonly clusterFlags: string;
}

/** The calls of kubectl that make a change: one for what leaves the pod template alone, and one for the template. */
export function commandsFor(
  subject: Subject,
  change: Change,
  { doubt, clusterFlags }: Circumstances,
): readonly Command[] {
  const { unrecorded } = change;
  const unlessOut = (rollsPods: 'never' | 'perhaps') => (doubt === undefined ? rollsPods : 'perhaps');
  const call = `kubectl${clusterFlags} --namespace ${subject.namespace} patch ${targetOf(subject)}`;
  const patch = (type: string, body: object, rollsPods: Command['rollsPods']): Command => ({
    rollsPods,
    unrecorded: type === 'merge' ? unrecorded : [],
    ...(rollsPods === 'perhaps' && doubt !== undefined && { doubt }),
    command: `${call} --type=${type} --patch ${quoted(plainJson(body))}`,
  });
  const operations = (list: readonly PatchOperation[], rollsPods: Command['rollsPods']) =>
    list.length === 0 ? [] : [patch('json', list, rollsPods)];
  const merged = mergePatch(change);
  return [
    ...(merged ? [patch('merge', merged, unlessOut(unrecorded.length > 0 ? 'perhaps' : 'never'))] : []),
    ...operations(change.patch, unlessOut('never')),
    ...operations(change.templatePatch, 'always'),
  ];
}

/** What was found on an object of a cluster. */
export function reportOn(
  subject: Subject,
  { findings, change }: FoundOn,
  circumstances: Circumstances,
): MigrationReport {
  const { kind, name, namespace, workload } = subject;
  return {
    apiVersion: workload ? apiVersionOf(workload.kind) : 'v1',
    kind,
    metadata: { name, namespace },
    findings,
    write: { labels: change.labels, annotations: change.annotations },
    commands: commandsFor(subject, change, circumstances),
  };
}

export const reportName = ({ kind, metadata }: MigrationReport): string =>
  subjectName({ kind, name: metadata.name });
