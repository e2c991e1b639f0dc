import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { segment } from '../../api/path.ts';
import { sourceId } from '../../references/sources.ts';
import { valueAt } from '../../workloads/fields.ts';
import { selectorString } from '../../workloads/label-selector.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { ExplainedSource } from '../explain/explanation.ts';
import type { Found } from '../explain/found.ts';
import { readExplanation } from '../explain/read-explanation.ts';
import { listObjects } from '../listing.ts';
import type { Session } from '../session.ts';
import type { NamedWorkload } from '../workload-args.ts';
import { mayAccount, REFUSED } from './ask-api.ts';
import { copyFindings } from './copies.ts';
import { type Finding, info, unknown } from './finding.ts';
import { givenFindings } from './given-checks.ts';
import { type HeldDeps, heldFindings } from './held/held-findings.ts';
import { limitFindings } from './limits.ts';
import { logFindings } from './logs.ts';
import { decodePod, podsFindings, type SeenPod } from './pods.ts';
import { sourceFindings } from './source-checks.ts';
import { workloadFindings } from './workload-checks.ts';

const isNamed = Compile(Type.Object({ metadata: Type.Object({ name: Type.String() }) }));

/** The names of all objects of a resource in a namespace. Undefined: the person may not list them. */
const namesOf = (session: Session, resource: string): Promise<readonly string[] | undefined> =>
  listObjects(
    session,
    { api: 'api/v1', resource, namespace: session.namespace, metadataOnly: true },
    (item) => (isNamed.Check(item) ? [item.metadata.name] : []),
  );

async function podsOf(
  session: Session,
  { selector, namespace }: Workload,
): Promise<readonly SeenPod[] | undefined> {
  const labels = selector && selectorString(selector);
  if (labels === undefined) return [];
  const resource = `pods?labelSelector=${segment(labels)}`;
  return listObjects(session, { api: 'api/v1', resource, namespace }, (item) => [decodePod(item)]);
}

/** Whether the program in the pods could read the sources by the API. Most programs do not. */
async function rightFindings(
  session: Session,
  workload: Workload,
  names: readonly string[],
): Promise<Finding[]> {
  const { namespace, template } = workload;
  const said = valueAt(template, ['spec', 'serviceAccountName']);
  const name = typeof said === 'string' && said !== '' ? said : 'default';
  return Promise.all(
    names.map(async (source) => {
      const check = `serviceaccount/${name} may read configmap/${source} by the API`;
      const right = { verb: 'get', group: '', resource: 'configmaps', namespace, name: source };
      const allowed = await mayAccount(session, { namespace, name }, right);
      if (allowed === REFUSED) return unknown(check, 'you may not ask for the rights of others');
      return info(check, allowed ? 'it may' : 'it may not: this matters only to programs that call the API');
    }),
  );
}

const dataIn = (found: Found | undefined): Readonly<Record<string, string>> | undefined =>
  found?.kind === 'configmap' ? found.source?.content.data : undefined;

/** How deep a person wants to look. */
export interface Depth {
  /** Into running containers. */
  readonly exec: boolean | undefined;
  /** Into the logs of those that are not well. */
  readonly logs: boolean | undefined;
  /** How many pods are looked into. */
  readonly maxPods: number;
}

const NOT_DEEP: Depth = { exec: false, logs: false, maxPods: 0 };

async function deepFindings(
  session: Session,
  { pods, ...deps }: Omit<HeldDeps, 'pods' | 'maxPods'> & { readonly pods: readonly SeenPod[] | undefined },
  { exec, logs, maxPods }: Depth,
): Promise<readonly Finding[]> {
  const found = await Promise.all([
    exec && pods ? heldFindings(session, { ...deps, pods, maxPods }) : [],
    logs ? logFindings(session, deps.workload.namespace, pods) : [],
  ]);
  return found.flat();
}

/** When the sources that have moved were last written, by their ids. */
function editTimes(sources: readonly ExplainedSource[]): ReadonlyMap<string, string> {
  const moved = sources.filter(({ verdict }) => verdict === 'moved' || verdict === 'appeared');
  return new Map(
    moved.flatMap(({ kind, name, lastChange }) =>
      lastChange ? [[`${kind.toLowerCase()}/${name}`, lastChange.time] as const] : [],
    ),
  );
}

/**
 * Runs the checklist for a workload. It writes nothing, and reads no Secret.
 * @throws LockstepError NOT_FOUND, and what the API client throws
 */
export async function examineWorkload(
  session: Session,
  named: NamedWorkload,
  depth: Depth = NOT_DEEP,
): Promise<{ readonly findings: readonly Finding[]; readonly notes: readonly string[] }> {
  const { namespace, signal, assessments } = session;
  const { explanation, workload, found, answer: known, notes } = await readExplanation(session, named);
  const configMaps = explanation.sources.filter(({ kind }) => kind === 'ConfigMap').map(({ name }) => name);
  const usesSecrets = explanation.sources.some(({ kind }) => kind === 'Secret');
  // Only lockstep tells which keys a Secret lacks, also where nobody asked it where the workload stands.
  const ask = () => assessments.read(named.kind, namespace, named.name, signal);
  const [allConfigMaps, allSecrets, pods, copies, rights, limits, answer] = await Promise.all([
    namesOf(session, 'configmaps'),
    usesSecrets ? namesOf(session, 'secrets') : [],
    podsOf(session, workload),
    copyFindings(session, workload),
    rightFindings(session, workload, configMaps),
    limitFindings(session),
    usesSecrets ? (known ?? ask()) : 'unavailable',
  ]);
  const deep = await deepFindings(session, { workload, sources: explanation.sources, found, pods }, depth);
  const editedAt = editTimes(explanation.sources);
  const findings = [
    ...workloadFindings(explanation, workload),
    ...sourceFindings({
      namespace,
      explanation,
      names: { ConfigMap: allConfigMaps, Secret: allSecrets },
      dataOf: (name) => dataIn(found.get(sourceId({ kind: 'configmap', name }))),
      answer: typeof answer === 'string' ? undefined : answer,
    }),
    ...givenFindings(workload, found),
    ...copies,
    ...limits,
    ...podsFindings(namespace, pods, editedAt),
    ...deep,
    ...rights,
  ];
  return { findings, notes };
}
