import type { WorkloadKinds } from '../workloads/kinds.ts';
import { apiVersionOf, nameOf, type Workload } from '../workloads/workload.ts';
import type { ClusterPolicy } from './cluster-policy.ts';
import { noWorkloadError } from './errors.ts';
import { type ConfigMapPlace, findConfigMaps } from './found-sources.ts';
import { type Evidence, type Judged, judge, keyedKinds, type NotJudged, usagesOf } from './judge.ts';
import { readNamespaces } from './namespaces.ts';
import { kindsOf, type Session } from './session.ts';
import type { NamedWorkload } from './workload-args.ts';
import { listWorkloads, readWorkload } from './workload-list.ts';

/** Which workloads a command asks for. */
export interface Asked {
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly kinds?: WorkloadKinds;
  readonly named?: readonly NamedWorkload[];
  readonly selector?: string | undefined;
  readonly onProgress?: (count: number) => void;
  /** Which of the workloads that were listed count. Undefined: all. */
  readonly isWanted?: (workload: Workload) => boolean;
}

/** Workloads, and all that their judgement rests on. */
export interface GatheredWorkloads {
  readonly workloads: readonly Workload[];
  readonly evidence: Evidence;
  readonly cluster: ClusterPolicy;
  /** What could not be read, and what was assumed instead. */
  readonly notes: readonly string[];
}

/**
 * Reads the workloads that a command asks for.
 * @throws LockstepError NOT_FOUND, and what the API client throws
 */
export async function readAsked(
  session: Session,
  asked: Asked,
  kinds: WorkloadKinds,
): Promise<readonly Workload[]> {
  const { client, signal } = session;
  const { namespace, named, selector, onProgress } = asked;
  if (!named)
    return listWorkloads(client, { kinds, namespace, selector, ...(onProgress && { onProgress }) }, signal);
  return Promise.all(
    named.map(async ({ kind, name }) => {
      const found = await readWorkload(client, kind, namespace ?? session.namespace, name, signal);
      if (!found) throw noWorkloadError(`${kind.singular}/${name}`, namespace ?? session.namespace);
      return found;
    }),
  );
}

/** Finds the workload that takes its template from another one, among those that were read. */
function runnersAmong(workloads: readonly Workload[]): Evidence['runnerOf'] {
  const keyOf = (namespace: string, apiVersion: string, kind: string, name: string) =>
    [namespace, apiVersion, kind, name].join(' ');
  const byReferred = new Map(
    workloads.flatMap((each) =>
      each.templateRef
        ? [
            [
              keyOf(
                each.namespace,
                each.templateRef.apiVersion,
                each.templateRef.kind,
                each.templateRef.name,
              ),
              each,
            ],
          ]
        : [],
    ),
  );
  return ({ kind, namespace, metadata }) =>
    byReferred.get(keyOf(namespace, apiVersionOf(kind), kind.kind, metadata.name ?? ''));
}

function placesOf(cluster: ClusterPolicy, workloads: readonly Workload[]): ConfigMapPlace[] {
  const keyed = keyedKinds(cluster.policy);
  return workloads.flatMap((workload) =>
    usagesOf(cluster.policy, workload)
      .filter(({ kind }) => kind === 'configmap' && !keyed.includes(kind))
      .map(({ name }) => ({ namespace: workload.namespace, name })),
  );
}

/** What was read already, and the place that all of it is in. */
export interface Read {
  /** All workloads, of which some may take the templates of others. */
  readonly among: readonly Workload[];
  /** Undefined: the person may not read namespaces. */
  readonly namespaces: Awaited<ReturnType<typeof readNamespaces>>;
  /** Undefined: any. */
  readonly namespace: string | undefined;
}

/** Reads the ConfigMaps that workloads use, and puts together what their judgement rests on. It reads no Secret. */
export async function gatherEvidence(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  cluster: ClusterPolicy,
  workloads: readonly Workload[],
  { among, namespaces, namespace }: Read,
): Promise<Evidence> {
  return {
    policy: cluster.policy,
    found: await findConfigMaps(client, placesOf(cluster, workloads), namespace, signal),
    namespaceOf: (name) => namespaces?.get(name) ?? { uid: '', labels: {} },
    runnerOf: runnersAmong(among),
    signal,
  };
}

/**
 * Reads workloads, and what their judgement rests on, in a few calls: the settings, the namespaces, a list of each
 * kind, and the ConfigMaps that they use. It reads no Secret.
 * @throws LockstepError NOT_FOUND, and what the API client throws
 */
export async function gatherWorkloads(session: Session, asked: Asked): Promise<GatheredWorkloads> {
  const cluster = await session.policy();
  const kinds = asked.kinds ?? kindsOf(cluster);
  const [all, namespaces] = await Promise.all([
    readAsked(session, asked, kinds),
    readNamespaces(session, asked.namespace),
  ]);
  const workloads = asked.isWanted ? all.filter(asked.isWanted) : all;
  const evidence = await gatherEvidence(session, cluster, workloads, {
    among: all,
    namespaces,
    namespace: asked.namespace,
  });
  const labelsNote =
    'you may not read namespaces, so labels of namespaces (lockstep.dev/inject, pin, mode) do not count here';
  const notes = [...(cluster.note ? [cluster.note] : []), ...(namespaces ? [] : [labelsNote])];
  return { workloads, evidence, cluster, notes };
}

/** Judges workloads, in their order. Those whose template another one takes are judged with it. */
export async function judgeAll({
  workloads,
  evidence,
}: Pick<GatheredWorkloads, 'workloads' | 'evidence'>): Promise<readonly (Judged | NotJudged)[]> {
  const judged: (Judged | NotJudged)[] = [];
  for (const workload of workloads.filter(({ templateRef }) => !templateRef))
    judged.push(await judge(evidence, workload));
  return judged;
}

/** `shop/deployment/web`, to sort and to name. */
export const placeOf = (workload: Workload): string => `${workload.namespace}/${nameOf(workload)}`;
