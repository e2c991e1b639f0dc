import { METADATA_ONLY } from '../../api/request.ts';
import { pathOf } from '../../cluster/object-reads.ts';
import { decodeMeta, SOURCE_RESOURCES } from '../../cluster/source-kinds.ts';
import { copyName } from '../../copies/name.ts';
import { parseNote } from '../../copies/note.ts';
import { fitsSeal, type PinnedSource, pinnedSources } from '../../copies/pins.ts';
import { shortDigest, v1 } from '../../digest/format.ts';
import { ABSENT } from '../../digest/source.ts';
import { mapFew } from '../../in-step/map-few.ts';
import { templateMarksOf } from '../../marks/marks.ts';
import { COPY_OF } from '../../marks/names.ts';
import { parseSources } from '../../marks/records.ts';
import { sourceId } from '../../references/sources.ts';
import type { Usage } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import { readCopy } from '../diff/copy-diff.ts';
import { unlessForbidden } from '../forbidden.ts';
import { type FoundSources, sourcesOf } from '../found-sources.ts';
import { keyedKinds, usagesOf } from '../judge.ts';
import type { Session } from '../session.ts';
import type { OwnRevision } from './own-revisions.ts';

/**
 * Whether the configuration of a revision can be had.
 * - `copies`: its copies exist
 * - `live`: it is what is live, or nothing has changed of what has no copy
 * - `gone`: it is not
 * - `unknown`: it cannot be told here
 * - `not-recorded`: nothing says what it was
 */
export type KeptState = 'copies' | 'live' | 'gone' | 'unknown' | 'not-recorded';

export interface Kept {
  readonly state: KeptState;
  /** Why, by source: `configmap/app: it has changed since, and there is no copy`. */
  readonly why: readonly string[];
}

type One = { readonly state: Exclude<KeptState, 'not-recorded'>; readonly why?: string };

/** Whether the copy of a Secret exists. Only its metadata is read. */
async function secretCopy(
  session: Session,
  namespace: string,
  pinned: PinnedSource,
  digest: string,
): Promise<One> {
  const { client, signal } = session;
  const name = copyName(pinned.name, digest);
  const { resource } = SOURCE_RESOURCES.secret;
  const path = pathOf(namespace, 'secret', name);
  const answer = await client.request({ verb: 'get', resource, path, accept: METADATA_ONLY, signal });
  if (answer.kind !== 'found') return { state: 'gone', why: `its copy ${name} is gone` };
  const note = parseNote(decodeMeta(answer.body).metadata.annotations?.[COPY_OF]);
  const isMeant = note?.source === sourceId(pinned) && fitsSeal(pinned.seal, note.digest);
  return isMeant
    ? { state: 'copies' }
    : { state: 'gone', why: `its copy ${name} is not the one that is meant` };
}

async function configMapCopy(
  session: Session,
  namespace: string,
  pinned: PinnedSource,
  digest: string,
): Promise<One> {
  const read = await readCopy(session, namespace, pinned, digest);
  return read.content === undefined ? { state: 'gone', why: read.why } : { state: 'copies' };
}

function copyState(session: Session, namespace: string, pinned: PinnedSource, digest: string): Promise<One> {
  const look = pinned.kind === 'secret' ? secretCopy : configMapCopy;
  const why = `you may not get its copy ${copyName(pinned.name, digest)}`;
  return unlessForbidden(session, () => look(session, namespace, pinned, digest), { state: 'unknown', why });
}

/** What a revision is compared with. */
export interface LiveNow {
  readonly cluster: ClusterPolicy;
  /** Undefined: ConfigMaps cannot be read. */
  readonly found: FoundSources | undefined;
}

async function liveState(
  session: Session,
  { cluster, found }: LiveNow,
  namespace: string,
  usage: Usage | undefined,
  digest: string,
): Promise<One> {
  const keyed = keyedKinds(cluster.policy);
  if (!usage) return { state: 'gone', why: 'its template does not refer to it any more' };
  if (!found || keyed.includes(usage.kind)) return { state: 'unknown', why: 'it cannot be compared here' };
  const reading = await sourcesOf(found, keyed, cluster.policy.compat).digest(
    namespace,
    usage,
    v1(),
    session.signal,
  );
  const isSame = reading.digest !== undefined && shortDigest(reading.digest) === digest;
  return isSame
    ? { state: 'live' }
    : { state: 'gone', why: 'it has changed since, and there is no copy of it' };
}

const WORST: readonly One['state'][] = ['gone', 'unknown', 'live', 'copies'];

/** Says whether the configuration of a revision can be had, source by source. */
export async function keptOf(
  session: Session,
  live: LiveNow,
  workload: Workload,
  { template }: Pick<OwnRevision, 'template'>,
): Promise<Kept> {
  const { namespace } = workload;
  const marks = templateMarksOf(template.metadata?.annotations);
  if (marks.hash === undefined || marks.sources === undefined) return { state: 'not-recorded', why: [] };
  const pinned = new Map(pinnedSources(marks).map((each) => [sourceId(each), each]));
  const used = new Map(
    usagesOf(live.cluster.policy, { ...workload, template }).map((each) => [sourceId(each), each]),
  );
  const each = await mapFew(
    Object.entries(parseSources(marks.sources)),
    session.signal,
    async ([id, digest]) => {
      const now = () => liveState(session, live, namespace, used.get(id), digest);
      const copy = pinned.get(id);
      if (!copy || digest === ABSENT) return { id, ...(await now()) };
      const found = await copyState(session, namespace, copy, digest);
      // A copy that is gone can be made again of what is live.
      const again = found.state === 'gone' ? await now() : undefined;
      return { id, ...(again?.state === 'live' ? again : found) };
    },
  );
  const state = WORST.find((worst) => each.some((one) => one.state === worst)) ?? 'live';
  // What has no copy, and is still the same, does not make the copies less.
  const isCopied = state === 'live' && each.some((one) => one.state === 'copies');
  return {
    state: isCopied ? 'copies' : state,
    why: each.flatMap(({ id, why }) => (why === undefined ? [] : [`${id}: ${why}`])),
  };
}
