import { workloads as workloadReads } from '../../cluster/workloads.ts';
import { pinnedSources } from '../../copies/pins.ts';
import { marksOf } from '../../marks/marks.ts';
import { matcherOf } from '../../references/pattern.ts';
import { sourceId } from '../../references/sources.ts';
import type { Usage } from '../../references/usage.ts';
import { WORKLOAD_KINDS } from '../../workloads/kinds.ts';
import type { Workload } from '../../workloads/workload.ts';
import { askAbout } from '../ask.ts';
import { writersOf } from '../explain/last-change.ts';
import { unlessForbidden } from '../forbidden.ts';
import { gatherWorkloads } from '../gather.ts';
import { judge, usagesOf } from '../judge.ts';
import { idOf, type ReportedSource, type ReportedVerdict, reportOf } from '../report.ts';
import type { Session } from '../session.ts';
import { keysOf } from '../users.ts';
import type { NamedWorkload } from '../workload-args.ts';
import { copyDiff } from './copy-diff.ts';
import type { Contents, SourceChange, SourceDiff, WorkloadDiff, Writer } from './workload-diff.ts';

const CHANGES: Readonly<Record<ReportedVerdict, SourceChange>> = {
  same: 'same',
  moved: 'changed',
  appeared: 'appeared',
  gone: 'gone',
  doubtful: 'unknown',
  unknown: 'unknown',
  'unknown-here': 'unknown',
};

const NO_COPY = 'its pods read no copy of it, so nobody can know which keys';

const WHY: Readonly<Partial<Record<ReportedVerdict, string>>> = {
  doubtful: 'nothing on record can be compared with it',
  unknown: 'its record is of a version of lockstep that is not known here',
  'unknown-here': 'only lockstep itself can compare it, because it has the key',
};

/** When the first living pod of the present template started, in seconds since the epoch. Undefined: not known. */
async function firstStart(session: Session, workload: Workload): Promise<number | undefined> {
  const { client, reads, signal } = session;
  const read = async () => {
    const ports = workloadReads(client, reads, WORKLOAD_KINDS);
    const revision = await ports.presentRevision(workload, signal);
    if (revision.kind !== 'found') return undefined;
    const pods = await ports.pods(workload, revision.id, signal);
    const times = (pods ?? []).map(({ since }) => since).filter((since) => !Number.isNaN(since));
    return times.length > 0 ? Math.min(...times) : undefined;
  };
  return unlessForbidden(session, read, undefined);
}

/**
 * Who has written keys of a ConfigMap that count, since the pods started. Nobody knows when they did: who has written
 * it last.
 */
function writersSince(metadata: unknown, usage: Usage, since: number | undefined): readonly Writer[] {
  const keys = keysOf(usage);
  const ignored = matcherOf(usage.except);
  const counts = (key: string) => (keys === 'all' ? !ignored.matches(key) : keys.includes(key));
  const all = writersOf(metadata)
    .map((writer) => ({ ...writer, keys: writer.keys.filter(counts) }))
    .filter((writer) => writer.keys.length > 0);
  return since === undefined ? all.slice(0, 1) : all.filter(({ time }) => Date.parse(time) / 1000 >= since);
}

/** A source of which pods read no copy. */
function liveDiff(
  { kind, name, verdict }: ReportedSource,
  metadata: unknown,
  usage: Usage | undefined,
  since: number | undefined,
): SourceDiff {
  const change = CHANGES[verdict];
  const why = WHY[verdict] ?? (change === 'changed' ? NO_COPY : undefined);
  const writers = usage && change === 'changed' ? writersSince(metadata, usage, since) : [];
  return {
    kind,
    name,
    change,
    ...(why !== undefined && { why }),
    ...(writers.length > 0 && { writers }),
  };
}

/** What was read: the difference, and the contents behind it, by the ids of ConfigMaps. */
export interface ReadDiff {
  readonly diff: WorkloadDiff;
  readonly contents: ReadonlyMap<string, Contents>;
  readonly notes: readonly string[];
}

/** Reads what the pods of a workload started with, as far as anything tells, and what there is now. */
export async function readDiff(session: Session, named: NamedWorkload): Promise<ReadDiff> {
  const { namespace } = session;
  const { workloads, evidence, notes } = await gatherWorkloads(session, { namespace, named: [named] });
  const [workload] = workloads;
  if (!workload) throw new Error('a workload that was read is there');
  const [judged] = await askAbout(session, [await judge(evidence, workload)]);
  if (!judged) throw new Error('a workload that was judged is there');
  const report = reportOf(judged);
  const pinned = new Map(pinnedSources(marksOf(workload)).map((each) => [sourceId(each), each]));
  const used = new Map(usagesOf(evidence.policy, workload).map((usage) => [sourceId(usage), usage]));
  const isMoved = ({ verdict }: ReportedSource) => verdict === 'moved';
  const since = report.sources.some((each) => isMoved(each) && !pinned.has(idOf(each)))
    ? await firstStart(session, workload)
    : undefined;
  const contents = new Map<string, Contents>();
  const sources = await Promise.all(
    report.sources.map(async (source) => {
      const id = idOf(source);
      const copy = pinned.get(id);
      // Of Secrets, nothing is read here.
      if (copy?.kind !== 'configmap') {
        const isRead = source.kind === 'ConfigMap';
        const found = isRead ? evidence.found.get(namespace, source.name) : undefined;
        return liveDiff(source, found?.metadata, used.get(id), since);
      }
      const read = await copyDiff(session, namespace, copy, evidence.found);
      if (read.contents) contents.set(id, read.contents);
      return read.diff;
    }),
  );
  const { metadata, workload: kind } = report;
  const diff: WorkloadDiff = {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadDiff',
    metadata,
    workload: kind,
    sources,
  };
  return { diff, contents, notes: report.state === 'NotManaged' ? [...notes, report.message] : notes };
}
