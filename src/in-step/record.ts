import { type ConfigState, formatOf, keysConfigMaps, type RecordedFormat } from '../digest/format.ts';
import { marksOf, sameMarks } from '../marks/marks.ts';
import { recordedState } from '../marks/records.ts';
import type { Call } from './gather.ts';
import type { InStepDeps } from './ports.ts';

/** What is on record for a workload, and the format that it was made in. */
export type OnRecord = RecordedFormat & { readonly recorded: ConfigState };

/** Whether the cluster has the workload as it was before the call, with the same marks. */
async function isInCluster(
  { workloads }: Pick<InStepDeps, 'workloads'>,
  { operation, before, signal }: Call,
): Promise<boolean> {
  // Of a scale, the workload was read from the cluster. On a create, the revision was that it adopts.
  if (!before || operation !== 'update') return true;
  const { kind, namespace, metadata } = before;
  const live = await workloads.read(kind, namespace, metadata.name ?? '', signal);
  return (
    live !== undefined && live.metadata.uid === metadata.uid && sameMarks(marksOf(live), marksOf(before))
  );
}

/**
 * The record that may be compared with live configuration. A plain digest can be made of a guess, and the
 * comparison would tell whether the guess is right. So while ConfigMaps are digested with a key, a plain record
 * counts only if the cluster has it: a review may be invented.
 * @param hold the hold that continues. It is the record of a workload that is held
 */
export async function readRecord(
  deps: Pick<InStepDeps, 'formats' | 'workloads'>,
  call: Call,
  hold: ConfigState | undefined,
): Promise<OnRecord | undefined> {
  const recorded = hold ?? (call.before && recordedState(call.before));
  if (!recorded) return undefined;
  const { formats } = deps;
  const format = formatOf(recorded, formats);
  const isPlain = 'format' in format && keysConfigMaps(formats.current) && !keysConfigMaps(format.format);
  if (isPlain && !(await isInCluster(deps, call))) return undefined;
  return { ...format, recorded };
}
