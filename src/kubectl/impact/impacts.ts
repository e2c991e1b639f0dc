import { sourceId } from '../../references/sources.ts';
import { findConfigMaps } from '../found-sources.ts';
import { gatherWorkloads, placeOf } from '../gather.ts';
import type { Session } from '../session.ts';
import { type Supposed, suppositionsOf } from '../supposed.ts';
import { allReferences, usedSources } from '../users.ts';
import { foretell } from './foretell.ts';
import { impactOf, type WorkloadImpact } from './impact-report.ts';
import { changedKeys, keysIn, supposedBy, type WantedEdit } from './supposition.ts';

/** What edits would do. */
export interface Impacts {
  /** For each workload that uses one of the sources. */
  readonly impacts: readonly WorkloadImpact[];
  readonly notes: readonly string[];
}

function notesOf({ edit, kind, name }: WantedEdit, { before, after }: Supposed): readonly string[] {
  const id = sourceId({ kind, name });
  if (kind === 'secret')
    return edit.kind === 'content'
      ? [`Secrets are not read, so each key of ${id} may get another value`]
      : [];
  if (!before)
    return edit.kind === 'delete'
      ? [`${id} does not exist`]
      : [`${id} does not exist: this is about its creation`];
  const immutable = before.immutable && edit.kind !== 'delete';
  const kept = new Set(keysIn(after));
  const removed = edit.kind === 'content' ? keysIn(before).filter((key) => !kept.has(key)) : [];
  return [
    ...(immutable ? [`${id} is immutable: it has to be deleted and made anew`] : []),
    ...(removed.length > 0
      ? [`the manifest of ${id} lacks ${removed.join(', ')}: this counts as removed, as with kubectl replace`]
      : []),
    ...(changedKeys({ before, after }).length === 0 ? [`the edit does not change what ${id} holds`] : []),
  ];
}

async function impactsIn(
  session: Session,
  namespace: string,
  edits: readonly WantedEdit[],
  onProgress: (count: number) => void,
): Promise<Impacts> {
  const { client, signal } = session;
  const { policy } = await session.policy();
  const ids = new Set(edits.map(sourceId));
  const isWanted = (all: ReturnType<typeof allReferences>) =>
    all === undefined || all.some((reference) => ids.has(sourceId(reference)));
  const places = edits.filter(({ kind }) => kind === 'configmap');
  const [gathered, live] = await Promise.all([
    gatherWorkloads(session, {
      namespace,
      onProgress,
      isWanted: (workload) => isWanted(allReferences(policy, workload)),
    }),
    findConfigMaps(client, places, namespace, signal),
  ]);
  const { workloads, evidence, notes } = gathered;
  const users = workloads
    .filter(({ templateRef }) => !templateRef)
    .map((workload) => ({ workload, references: allReferences(policy, workload) ?? [] }))
    .toSorted((a, b) => (placeOf(a.workload) < placeOf(b.workload) ? -1 : 1));
  const nowMs = client.clock.now();
  const supposed = edits.map((edit) => {
    const used = users.flatMap(({ references }) => usedSources(references).get(sourceId(edit)) ?? []);
    const found = edit.kind === 'configmap' ? live.get(namespace, edit.name) : undefined;
    return supposedBy(edit, found, used, nowMs);
  });
  const suppositions = suppositionsOf(supposed);
  const impacts: WorkloadImpact[] = [];
  for (const { workload, references } of users) {
    const foretold = await foretell(evidence, suppositions, workload);
    impacts.push(impactOf(policy, foretold, references, supposed, nowMs));
  }
  const ofEdits = edits.flatMap((edit, i) => (supposed[i] ? notesOf(edit, supposed[i]) : []));
  return { impacts, notes: [...notes, ...ofEdits] };
}

/**
 * What edits would do to the workloads that use the sources. It reads the workloads of their namespaces and the
 * ConfigMaps that those use, in a few calls.
 */
export async function readImpacts(
  session: Session,
  edits: readonly WantedEdit[],
  onProgress: (count: number) => void = () => undefined,
): Promise<Impacts> {
  const byNamespace = Map.groupBy(edits, ({ namespace }) => namespace);
  const all: Impacts[] = [];
  for (const [namespace, ofNamespace] of byNamespace)
    all.push(await impactsIn(session, namespace, ofNamespace, onProgress));
  return {
    impacts: all.flatMap(({ impacts }) => impacts),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
  };
}
