import { apiVersionOf } from '../../workloads/workload.ts';
import type { Change, Finding, FoundOn, PatchOperation, Texts } from './finding.ts';
import { type Subject, subjectName } from './subject.ts';

/** A call that makes one change of an object. */
export interface Command {
  /** It changes the pod template, so all pods roll. */
  readonly rollsPods: boolean;
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

/** A text as one word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

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

/** The calls of kubectl that make a change: one for what restarts no pod, and one for the pod template. */
export function commandsFor(subject: Subject, change: Change): readonly Command[] {
  const patch = (type: string, body: object, rollsPods: boolean): Command => ({
    rollsPods,
    command: `kubectl --namespace ${subject.namespace} patch ${targetOf(subject)} --type=${type} --patch ${quoted(JSON.stringify(body))}`,
  });
  const operations = (list: readonly PatchOperation[], rollsPods: boolean) =>
    list.length === 0 ? [] : [patch('json', list, rollsPods)];
  const merged = mergePatch(change);
  return [
    ...(merged ? [patch('merge', merged, false)] : []),
    ...operations(change.patch, false),
    ...operations(change.templatePatch, true),
  ];
}

/** @param commands whether the object is in a cluster, where commands change it */
export function reportOn(subject: Subject, { findings, change }: FoundOn): MigrationReport {
  const { kind, name, namespace, workload } = subject;
  return {
    apiVersion: workload ? apiVersionOf(workload.kind) : 'v1',
    kind,
    metadata: { name, namespace },
    findings,
    write: { labels: change.labels, annotations: change.annotations },
    commands: commandsFor(subject, change),
  };
}

export const reportName = ({ kind, metadata }: MigrationReport): string =>
  subjectName({ kind, name: metadata.name });
