import type { Path } from '../../manifests/documents.ts';
import { COPY_LABEL } from '../../marks/names.ts';
import { WAVE } from '../../marks/peers.ts';
import { workloadSettings } from '../../policy/compat.ts';
import type { Defaults } from '../../policy/settings.ts';
import { references } from '../../references/references.ts';
import { sourceId } from '../../references/sources.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { Workload } from '../../workloads/workload.ts';
import { type FoundOn, NOTHING_FOUND } from './finding.ts';
import { listAt, withoutItem } from './json-patch.ts';
import { foundLeft } from './leftovers.ts';
import { type Subject, subjectName } from './subject.ts';

/** What Wave looks at: of each workload that asks it, by uid, the ids of the sources that it uses. */
export type WaveUses = ReadonlyMap<string, ReadonlySet<string>>;

/** Wave watches the sources of a workload that asks it, and made the workload their owner. */
export const waveUses = (workloads: readonly Workload[], defaults: Defaults): WaveUses =>
  new Map(
    workloads.flatMap((workload) => {
      const { uid, annotations } = workload.metadata;
      if (!uid || !annotations?.[WAVE.update]) return [];
      const { extra } = workloadSettings(workload, { ...defaults, compat: ['wave'] }).peers;
      return [[uid, new Set([...references(workload.template), ...extra].map(sourceId))] as const];
    }),
  );

/**
 * The owner references that Wave has left on a ConfigMap or Secret: to workloads that ask it, and use the source. A
 * copy is lockstep's own, and so are its owners: they keep it for pods that read it.
 */
export function leftOwners(subject: Subject, uses: WaveUses): FoundOn {
  if (valueAt(subject.object, ['metadata', 'labels', COPY_LABEL]) !== undefined) return NOTHING_FOUND;
  const path: Path = ['metadata', 'ownerReferences'];
  const leftovers = listAt(subject.object, path).flatMap((owner, i) => {
    const uid = valueAt(owner, ['uid']);
    if (typeof uid !== 'string' || !uses.get(uid)?.has(subjectName(subject))) return [];
    const [kind, name] = ['kind', 'name'].map((field) => String(valueAt(owner, [field])));
    const what = `ownerReference to ${kind?.toLowerCase()}/${name}`;
    const message =
      'it is deleted together with the workload. Wave writes such owners, and others may, too: see who needs it';
    const patch = withoutItem([...path, i], ['uid'], uid);
    return [{ what, on: 'Object', path: [...path, i], patch, message } as const];
  });
  return foundLeft(subject, leftovers.toReversed());
}
