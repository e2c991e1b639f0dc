import { recordedState } from '../../marks/records.ts';
import { workloadSettings } from '../../policy/compat.ts';
import { referencesInScope } from '../../policy/in-scope.ts';
import { sourceId } from '../../references/sources.ts';
import { usages } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Setting } from './setting.ts';
import { notManaged } from './shortfalls.ts';

/**
 * What counts for a workload afterwards, and is not on record yet: where lockstep cannot tell whether all pods hold the
 * same of it, it rolls them once. Nothing is missing where these annotations have counted with `compat` for a while.
 * @param after the workload as it will be
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function unrecordedOf(setting: Setting, workload: Workload, after: Workload): readonly string[] {
  if (setting.recordsInDoubt || notManaged(setting, after).length > 0) return [];
  const settings = workloadSettings(after, setting.defaults);
  const counted = usages(referencesInScope(after.template, settings)).map(sourceId);
  const record = recordedState(workload);
  return record && !record.hashOnly ? counted.filter((id) => !Object.hasOwn(record.sources, id)) : counted;
}
