import { isReservation, type TemplateHolder } from '../../copies/fate.ts';
import { sourceNameIn } from '../../copies/genuine.ts';
import { lastUseMs } from '../../copies/manifest.ts';
import type { ReadCopy } from './read-copies.ts';
import { type Holders, holdersOf } from './standing.ts';

/** An owner of a copy, and the workload that it is of. */
export interface ReportedOwner {
  readonly kind: string;
  readonly name: string;
  /** `deployment/web`. Absent: it is the owner itself, or is not known. */
  readonly workload?: string;
  /** It reserves the copy for revisions that are yet to come. */
  readonly reserves: boolean;
}

/** One copy, for people. Plain data, and no value. */
export interface CopyReport {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'SourceCopy';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly of: { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string };
  /** The size of its values. Absent: it is the copy of a Secret, which is not read. */
  readonly bytes?: number;
  readonly created: string;
  readonly lastUse: string;
  readonly owners: readonly ReportedOwner[];
  /** The workloads and revisions whose templates name it. Absent: they cannot be listed. */
  readonly namedBy?: readonly string[];
  /** Its grace is over, and it is still only reserved: the sweep looks at it. */
  readonly overdue: boolean;
}

const idOf = ({ kind, name }: Pick<TemplateHolder, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`;

/** The workload of an owner that is a revision. */
function workloadOf(holders: Holders | undefined, uid: string): string | undefined {
  const holder = holders?.all.get(uid);
  const of = holder?.is === 'revision' && holder.of !== undefined ? holders?.all.get(holder.of) : undefined;
  return of && idOf(of);
}

/** @param holders undefined: they cannot be listed */
export function copyReport(copy: ReadCopy, holders: Holders | undefined, overdue: boolean): CopyReport {
  const { kind, meta, bytes } = copy;
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'SourceCopy',
    metadata: { namespace: meta.namespace, name: meta.name },
    of: { kind: kind === 'secret' ? 'Secret' : 'ConfigMap', name: sourceNameIn(kind, meta) },
    ...(bytes !== undefined && { bytes }),
    created: meta.creationTimestamp,
    lastUse: new Date(lastUseMs(meta)).toISOString(),
    owners: (meta.ownerReferences ?? []).map((owner) => {
      const workload = workloadOf(holders, owner.uid);
      const { kind: ownerKind, name } = owner;
      return { kind: ownerKind, name, reserves: isReservation(owner), ...(workload && { workload }) };
    }),
    ...(holders && { namedBy: holdersOf(holders, copy).map(idOf).sort() }),
    overdue,
  };
}

/** Whether a copy is for a workload: it owns the copy, or a revision of it does. */
export const isFor = ({ owners, namedBy = [] }: CopyReport, subject: string): boolean =>
  namedBy.includes(subject) || owners.some((owner) => owner.workload === subject || idOf(owner) === subject);
