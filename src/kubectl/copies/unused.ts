import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { pageDecoder, pages } from '../../api/pages.ts';
import { segment } from '../../api/path.ts';
import type { PublishedPolicy } from '../../config/published.ts';
import { copiesNamedBy } from '../../copies/named.ts';
import { modeOf } from '../../policy/mode.ts';
import { sourceId } from '../../references/sources.ts';
import { maybe, StringMap } from '../../schema.ts';
import { readNamespaces } from '../namespaces.ts';
import type { Session } from '../session.ts';
import { type ReadCopy, readCopies } from './read-copies.ts';
import { isDue, isUnused, readHolders } from './standing.ts';

/** A pod with its configuration takes some 10 KiB. */
const PAGE_SIZE = 250;
const decodePage = pageDecoder(Type.Unknown(), 'Pods');
const isPod = Compile(
  Type.Object({
    metadata: Type.Object({ annotations: maybe(StringMap) }),
    spec: Type.Unknown(),
    status: maybe(Type.Object({ phase: maybe(Type.String()) })),
  }),
);
/** No container of it starts again. */
const ENDED: readonly (string | null | undefined)[] = ['Succeeded', 'Failed'];

/** Those of the copies that no living pod names, in any field of its spec. */
async function withoutPods(
  { client, signal }: Session,
  namespace: string,
  copies: readonly ReadCopy[],
): Promise<readonly ReadCopy[]> {
  const left = new Map(copies.map((copy) => [sourceId({ kind: copy.kind, name: copy.meta.name }), copy]));
  const request = { resource: 'pods', path: `/api/v1/namespaces/${segment(namespace)}/pods`, signal };
  for await (const items of pages(client, request, { size: PAGE_SIZE, decode: decodePage }))
    for (const item of items) {
      // What cannot be read may name any copy.
      if (!isPod.Check(item)) return [];
      if (ENDED.includes(item.status?.phase)) continue;
      for (const named of copiesNamedBy(item.metadata.annotations ?? {})) left.delete(sourceId(named));
      const spec = JSON.stringify(item.spec);
      for (const [id, { meta }] of left) if (spec.includes(JSON.stringify(meta.name))) left.delete(id);
    }
  return [...left.values()];
}

async function isObserved(session: Session, { mode }: PublishedPolicy, namespace: string): Promise<boolean> {
  const labels = (await readNamespaces(session, namespace))?.get(namespace)?.labels;
  return modeOf(labels, mode) === 'observe';
}

/**
 * The copies that the sweep would delete now, and that no living pod names. There are none where lockstep only
 * observes.
 * @throws LockstepError what the API client throws: nothing is unused unless all that could use it was seen
 */
export async function readUnused(
  session: Session,
  namespace: string | undefined,
): Promise<{ readonly unused: readonly ReadCopy[]; readonly notes: readonly string[] }> {
  const { policy, note } = await session.policy();
  const { copies, notes } = await readCopies(session, namespace);
  const nowMs = session.client.clock.now();
  const due = copies.filter((copy) => isDue(copy, policy, nowMs));
  const unused: ReadCopy[] = [];
  for (const [place, of] of Map.groupBy(due, ({ meta }) => meta.namespace)) {
    if (await isObserved(session, policy, place)) continue;
    const holders = await readHolders(session.client, policy, place, session.signal);
    unused.push(
      ...(await withoutPods(
        session,
        place,
        of.filter((copy) => isUnused(copy, holders)),
      )),
    );
  }
  return { unused, notes: [...(note ? [note] : []), ...notes] };
}

/** Identifies the state of a copy. */
export const stateOf = ({ meta }: ReadCopy): string => `${meta.uid} ${meta.resourceVersion}`;
