import { LockstepError } from '../errors.ts';
import { IGNORE, INCLUDE, ONLY } from '../marks/names.ts';
import { sameForPeers, workloadSettings } from '../policy/compat.ts';
import { referencesInScope } from '../policy/in-scope.ts';
import type { Settings } from '../policy/settings.ts';
import type { Reference } from '../references/references.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Call } from './gather.ts';
import type { InStepDeps } from './ports.ts';

/** What counts of a workload's template. */
export interface Scope {
  readonly settings: Settings;
  readonly references: readonly Reference[];
}

/**
 * What counts of a workload's template now.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function scopeOf({ defaults }: Pick<InStepDeps, 'defaults'>, workload: Workload): Scope {
  const settings = workloadSettings(workload, defaults);
  return { settings, references: referencesInScope(workload.template, settings) };
}

/** The annotations that say what counts. */
const SCOPING = [IGNORE, ONLY, INCLUDE];

/**
 * What counts of the present template under the settings before the call. Undefined: these settings are beyond
 * the limits, so nothing has been recorded under them.
 */
export function scopeBefore(
  { defaults }: Pick<InStepDeps, 'defaults'>,
  { workload, before }: Pick<Call, 'workload' | 'before'>,
  now: Scope,
): Scope | undefined {
  const annotationsBefore = before?.metadata.annotations;
  const annotations = workload.metadata.annotations;
  if (!before) return now;
  const isSameScope =
    SCOPING.every((name) => annotationsBefore?.[name] === annotations?.[name]) &&
    sameForPeers(defaults.compat ?? [], before, workload);
  if (isSameScope) return now;
  try {
    const settings = workloadSettings(before, defaults);
    return { settings, references: referencesInScope(workload.template, settings) };
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return undefined;
    throw error;
  }
}
