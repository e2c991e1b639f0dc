import { templateMarksOf } from '../../marks/marks.ts';
import { apiVersionOf, type Workload } from '../../workloads/workload.ts';
import { noWorkloadError } from '../errors.ts';
import { unlessForbidden } from '../forbidden.ts';
import { findConfigMaps } from '../found-sources.ts';
import { keyedKinds, usagesOf } from '../judge.ts';
import type { Session } from '../session.ts';
import type { NamedWorkload } from '../workload-args.ts';
import { readWorkload } from '../workload-list.ts';
import { type Kept, type KeptState, keptOf, type LiveNow } from './kept.ts';
import { type OwnRevision, readRevisions } from './own-revisions.ts';
import { type MarkedChanges, markedChanges } from './source-changes.ts';
import { templateChanges } from './template-changes.ts';

/** One revision of a workload, for people. Plain data, without any value of a source. */
export interface RevisionReport {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadRevision';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly workload: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly revision: number;
  readonly revisionKind: OwnRevision['kind'];
  /** Since when it is the one of the template. */
  readonly since?: string;
  readonly current: boolean;
  readonly stable: boolean;
  readonly pods?: number;
  readonly configHash?: string;
  /** What differs from the revision before. Absent: there is none any more. */
  readonly changed?: { readonly configuration: MarkedChanges; readonly template: readonly string[] };
  /** Whether its configuration can be had, and where not, why. */
  readonly configuration: KeptState;
  readonly why: readonly string[];
  readonly changeCause?: string;
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** @throws LockstepError NOT_FOUND, and what the API client throws */
export async function readOne(session: Session, { kind, name }: NamedWorkload): Promise<Workload> {
  const { client, namespace, signal } = session;
  const found = await readWorkload(client, kind, namespace, name, signal);
  if (!found) throw noWorkloadError(`${kind.singular}/${name}`, namespace);
  return found;
}

/** The ConfigMaps that any of these revisions uses, as they are now. */
export async function readLive(
  session: Session,
  workload: Workload,
  revisions: readonly OwnRevision[],
): Promise<LiveNow> {
  const { client, signal } = session;
  const cluster = await session.policy();
  const { namespace } = workload;
  const keyed = keyedKinds(cluster.policy);
  const names = revisions.flatMap(({ template }) =>
    usagesOf(cluster.policy, { ...workload, template })
      .filter(({ kind }) => kind === 'configmap' && !keyed.includes(kind))
      .map(({ name }) => name),
  );
  const wanted = [...new Set(names)].map((name) => ({ namespace, name }));
  const read = () => findConfigMaps(client, wanted, namespace, signal);
  return { cluster, found: await unlessForbidden(session, read, undefined) };
}

export const timeOf = (ms: number): string | undefined =>
  Number.isNaN(ms) ? undefined : new Date(ms).toISOString();

function reportOf(
  workload: Workload,
  revision: OwnRevision,
  before: OwnRevision | undefined,
  { state, why }: Kept,
): RevisionReport {
  const { kind, namespace, metadata } = workload;
  const [since, hash] = [
    timeOf(revision.sinceMs),
    templateMarksOf(revision.template.metadata?.annotations).hash,
  ];
  const cause = revision.annotations[CHANGE_CAUSE];
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadRevision',
    metadata: { namespace, name: revision.name },
    workload: { apiVersion: apiVersionOf(kind), kind: kind.kind, name: metadata.name ?? '' },
    revision: revision.number,
    revisionKind: revision.kind,
    ...(since !== undefined && { since }),
    current: revision.isCurrent,
    stable: revision.isStable,
    ...(revision.pods !== undefined && { pods: revision.pods }),
    ...(hash !== undefined && { configHash: hash }),
    ...(before && {
      changed: {
        configuration: markedChanges(before.template, revision.template),
        template: templateChanges(before.template, revision.template),
      },
    }),
    configuration: state,
    why,
    ...(cause !== undefined && { changeCause: cause }),
  };
}

/** Reads the history of a workload, the oldest revision first. */
export async function readHistory(
  session: Session,
  named: NamedWorkload,
): Promise<{ readonly reports: readonly RevisionReport[]; readonly notes: readonly string[] }> {
  const workload = await readOne(session, named);
  const revisions = await readRevisions(session, workload);
  const live = await readLive(session, workload, revisions);
  const reports: RevisionReport[] = [];
  for (const [i, revision] of revisions.entries())
    reports.push(
      reportOf(workload, revision, revisions[i - 1], await keptOf(session, live, workload, revision)),
    );
  const notes = [
    ...(live.cluster.note ? [live.cluster.note] : []),
    ...(live.found ? [] : ['you may not read ConfigMaps here, so nothing is compared with what is live']),
  ];
  return { reports, notes };
}
