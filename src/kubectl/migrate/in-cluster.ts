import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../../schema.ts';
import { type Asked, readAsked } from '../gather.ts';
import { listObjects } from '../listing.ts';
import { readNamespaces } from '../namespaces.ts';
import { kindsOf, type Session } from '../session.ts';
import { doubtsAbout, type Update } from './doubts.ts';
import type { FoundOn, Origin, Texts } from './finding.ts';
import { foundOn } from './in-files.ts';
import { leftOwners, type WaveUses, waveUses } from './left-owners.ts';
import { type MigrationReport, reportOn } from './report.ts';
import { settingOf } from './setting.ts';
import { type Subject, subjectName, subjectOfWorkload } from './subject.ts';
import { changedWorkload } from './words.ts';

/** What was found in a cluster, and what could not be read. */
export interface FoundInCluster {
  readonly reports: readonly MigrationReport[];
  readonly notes: readonly string[];
}

const isSource = Compile(
  Type.Object({
    metadata: Type.Object({ name: Type.String(), namespace: Type.String(), annotations: maybe(StringMap) }),
  }),
);

const SOURCES = [
  { kind: 'ConfigMap', resource: 'configmaps' },
  { kind: 'Secret', resource: 'secrets' },
] as const;

type Source = (typeof SOURCES)[number];

/** ConfigMaps and Secrets, without their values. Undefined: the person may not list them. */
const readSources = (session: Session, { kind, resource }: Source, namespace: string | undefined) =>
  listObjects<Subject>(session, { api: 'api/v1', resource, namespace, metadataOnly: true }, (item) => {
    if (!isSource.Check(item)) return [];
    const { name, namespace: of, annotations } = item.metadata;
    return [{ kind, name, namespace: of, own: annotations ?? {}, object: item }];
  });

async function readAllSources(session: Session, namespace: string | undefined) {
  const found = await Promise.all(SOURCES.map((source) => readSources(session, source, namespace)));
  const notes = SOURCES.flatMap(({ resource }, i) =>
    found[i] ? [] : [`you may not list ${resource}, so their own annotations do not count here`],
  );
  return { sources: found.flatMap((some) => some ?? []), notes };
}

const keyOf = (namespace: string, id: string): string => `${namespace}/${id}`;

function merged(a: FoundOn, b: FoundOn): FoundOn {
  return {
    findings: [...a.findings, ...b.findings],
    change: { ...a.change, patch: [...a.change.patch, ...b.change.patch] },
  };
}

/** The update of a workload by the commands that leave its template alone. Empty: there is none. */
function updateOf({
  subject,
  found,
}: {
  readonly subject: Subject;
  readonly found: FoundOn;
}): readonly Update[] {
  const { workload } = subject;
  const { labels, annotations, removed, patch } = found.change;
  const isNone = Object.keys({ ...labels, ...annotations }).length + removed.length + patch.length === 0;
  if (!workload || isNone) return [];
  const words = { labels, annotations, removed, removedOfTemplate: [] };
  return [{ workload, after: changedWorkload(workload, words) }];
}

/**
 * What a cluster has of a program's annotations, and what it has left there. It reads no Secret's values,
 * and writes nothing.
 * @throws LockstepError NOT_FOUND, and what the API client throws
 */
export async function foundInCluster(
  session: Session,
  origin: Origin,
  asked: Asked,
): Promise<FoundInCluster> {
  const cluster = await session.policy();
  const [workloads, namespaces, { sources, notes: unread }] = await Promise.all([
    readAsked(session, asked, asked.kinds ?? kindsOf(cluster)),
    readNamespaces(session, asked.namespace),
    readAllSources(session, asked.namespace),
  ]);
  const annotations = new Map<string, Texts>(
    sources.map((source) => [keyOf(source.namespace, subjectName(source)), source.own]),
  );
  const setting = settingOf(cluster.policy, {
    labelsOf: (name) => namespaces?.get(name)?.labels ?? {},
    annotationsOfSource: (namespace, id) => annotations.get(keyOf(namespace, id)),
  });
  const isPart = asked.named !== undefined || asked.selector !== undefined || asked.kinds !== undefined;
  const uses: WaveUses = origin === 'wave' ? waveUses(workloads, setting.defaults) : new Map();
  const subjects = [...workloads.map(subjectOfWorkload), ...(isPart ? [] : sources)];
  const found = subjects
    .map((subject) => {
      const own = foundOn(origin, subject, setting);
      return { subject, found: subject.workload ? own : merged(own, leftOwners(subject, uses)) };
    })
    .filter((each) => each.found.findings.length > 0);
  const updates = found.flatMap(updateOf);
  const read = { among: workloads, namespaces, namespace: asked.namespace };
  const doubts = await doubtsAbout(session, updates, { ...read, cluster, isPart });
  const { clusterFlags } = session;
  const reports = found.map(({ subject, found: all }) =>
    reportOn(subject, all, { clusterFlags, doubt: subject.workload && doubts.get(subject.workload) }),
  );
  const place = ({ metadata, kind }: MigrationReport) => `${metadata.namespace}/${kind}/${metadata.name}`;
  return {
    reports: reports.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)),
    notes: [
      ...(cluster.note === undefined ? [] : [cluster.note]),
      ...(namespaces ? [] : ['you may not read namespaces, so their labels do not count here']),
      ...unread,
    ],
  };
}
