import { type AuditEvent, FAILED_OPEN } from '../../lab/control-plane/audit.ts';
import type { ObjectEvent } from '../../lab/control-plane/events.ts';
import { COPY_LABEL, HELD } from '../../src/marks/names.ts';
import { BUILT_IN_KINDS } from '../../src/workloads/kinds.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import type { Answer } from '../kit/caller.ts';
import type {
  Call,
  Copy,
  History,
  Job,
  Life,
  Revision,
  SeenPod,
  SourceState,
  Unrest,
} from './checker/history.ts';
import { type Deeds, describeDeed } from './drive.ts';
import { COPIER } from './perform.ts';
import {
  asControllerRevision,
  asCopy,
  asJob,
  asPod,
  asReplicaSet,
  asSource,
  asWorkload,
  broughtBy,
  controllerOf,
  nameOf,
  versionOf,
} from './wire.ts';

/** The answer to an apply of an object that did not exist, too. */
const CREATED = 201;
const LOCKSTEP = 'system:serviceaccount:lockstep:lockstep';

/** Everything that was seen of one history. */
export interface Recording {
  /** The calls that created the objects from before the clients began. */
  readonly staged: readonly Answer[];
  readonly deeds: Deeds;
  readonly audit: readonly AuditEvent[];
  readonly namespace: string;
  /** By resource. */
  readonly events: ReadonlyMap<string, readonly ObjectEvent[]>;
  readonly pinNamespace: boolean;
  readonly alone: boolean;
  readonly edits: boolean;
  readonly unrest: Unrest | undefined;
  /** What `kubectl lockstep impact` has foretold wrongly of an edit after the history. */
  readonly unforetold: readonly string[];
}

/** A time of the audit log (RFC 3339, microseconds) as a number. */
export function microseconds(time: string): number {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  const seconds = Date.parse(time.replace(/\.\d+/, ''));
  return seconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function sourcesOf(events: readonly ObjectEvent[]): ReadonlyMap<string, readonly SourceState[]> {
  const byName = Map.groupBy(events, ({ name }) => `configmap/${name}`);
  return new Map(
    [...byName].map(([id, own]) => {
      const states = own.map((event) => ({
        version: Number(event.resourceVersion),
        content: event.type === 'DELETED' ? undefined : asSource(event.object),
        made: event.creationTimestamp,
      }));
      return [id, [{ version: 0, content: undefined }, ...states]];
    }),
  );
}

function livesOf<T>(
  events: readonly ObjectEvent[] | undefined = [],
  as: (value: unknown) => T | undefined,
): readonly Life<T>[] {
  const byUid = [...Map.groupBy(events, ({ uid }) => uid)];
  return byUid.map(([uid, own]) => {
    const deleted = own.find(({ type }) => type === 'DELETED');
    const commits = own.flatMap((event) => {
      const object = event.type === 'DELETED' ? undefined : as(event.object);
      return object ? [{ version: Number(event.resourceVersion), object }] : [];
    });
    const deletedAt = deleted && Number(deleted.resourceVersion);
    return { uid, name: own[0]?.name ?? '', commits, deletedAt };
  });
}

/** The copy of a pod is lost: such a call was checked, and must not be exempt. */
const isLost = ({ annotations = {} }: AuditEvent) =>
  Object.entries(annotations).some(
    ([key, value]) => key.endsWith('.lockstep.dev/reason') && value === 'copy_lost',
  );

/**
 * Signs that a call was not checked. If one call had several reviews, the audit log holds only the result of
 * the first one.
 */
function signsOfUnchecked(event: AuditEvent, warnings: readonly string[]): readonly string[] {
  const annotations = Object.entries(event.annotations ?? {}).filter(
    ([key, value]) =>
      (key.startsWith(FAILED_OPEN) && value.includes('.lockstep.dev')) ||
      (key.endsWith('.lockstep.dev/decision') && value === 'fail' && !isLost(event)),
  );
  return [
    ...annotations.map(([key, value]) => `${key}: ${value}`),
    ...warnings.filter((warning) => warning.includes('was not checked')),
  ];
}

function callOf(event: AuditEvent, deeds: ReadonlyMap<string, Deed>): Call {
  const { username = '' } = event.user;
  const deed = deeds.get(event.auditID);
  const { resource = '', subresource = '', name } = event.objectRef ?? {};
  const code = event.responseStatus?.code ?? 0;
  const keys = Object.keys(event.annotations ?? {});
  const unchecked = signsOfUnchecked(event, deed?.warnings ?? []);
  return {
    auditId: event.auditID,
    what: deed?.what ?? username.split(':').at(-1) ?? '',
    by: deed ? 'client' : username === LOCKSTEP ? 'lockstep' : 'other',
    verb: code === CREATED ? 'create' : event.verb,
    resource,
    subresource,
    name: name ?? nameOf(event.responseObject),
    received: microseconds(event.requestReceivedTimestamp),
    completed: microseconds(event.stageTimestamp),
    conflict: code === 409,
    succeeded: code >= 200 && code < 300,
    dryRun: event.requestURI.includes('dryRun=All'),
    // The audit log holds no ConfigMaps, but the client received its own.
    version: versionOf(event.responseObject) ?? versionOf(deed?.body),
    reviewed: keys.some((key) => key.endsWith('.lockstep.dev/decision')),
    unchecked: unchecked.length > 0,
    uncheckedBecause: unchecked.join('; '),
    asksFor: subresource === 'scale' ? versionOf(event.requestObject) : undefined,
    brings: broughtBy(event.requestObject),
    podOf: resource === 'pods' ? controllerOf(event.requestObject) : undefined,
    refused: code >= 400 && /webhook "[^"]*lockstep\.dev" denied/.test(event.responseStatus?.message ?? ''),
    copies: event.requestURI.includes(`fieldManager=${COPIER}`),
    letsGo: JSON.stringify(event.requestObject ?? '').includes(`"${HELD}":null`),
  };
}

interface Deed {
  readonly what: string;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

const isCopy = ({ object }: ObjectEvent) => object.metadata.labels?.[COPY_LABEL] !== undefined;

/** Makes the checker's input from everything that was seen. */
export function toHistory(recording: Recording): History {
  const { deeds, audit, staged, events, namespace } = recording;
  const own = [
    { what: 'setting the stage', answers: staged },
    ...deeds.done.map((done) => ({ what: describeDeed(done), answers: done.answers })),
  ];
  const byAuditId = new Map(
    own.flatMap(({ what, answers }) =>
      answers.map(({ auditId, body, warnings }) => [auditId, { what, body, warnings }] as const),
    ),
  );
  const [copies = [], sources = []] = [true, false].map((copy) =>
    events.get('configmaps')?.filter((event) => isCopy(event) === copy),
  );
  return {
    sources: sourcesOf(sources),
    copies: livesOf<Copy>(copies, asCopy),
    jobs: livesOf<Job>(events.get('jobs'), asJob),
    pods: livesOf<SeenPod>(events.get('pods'), asPod),
    pinNamespace: recording.pinNamespace,
    alone: recording.alone,
    edits: recording.edits,
    workloads: BUILT_IN_KINDS.flatMap((kind) =>
      livesOf<Workload>(events.get(kind.resource), asWorkload(kind, namespace)),
    ),
    revisions: [
      ...livesOf<Revision>(events.get('replicasets'), asReplicaSet),
      ...livesOf<Revision>(events.get('controllerrevisions'), asControllerRevision),
    ],
    calls: audit
      .filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb))
      .map((event) => callOf(event, byAuditId)),
    kills: deeds.kills.map(({ at }) => at * 1000),
    unrest: recording.unrest,
  };
}
