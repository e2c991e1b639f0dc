import { IGNORE, INJECT_LABEL, MODE_LABEL, ROLL_ON } from '../../marks/names.ts';
import { injectSwitch, workloadSettings } from '../../policy/compat.ts';
import { referencesInScope } from '../../policy/in-scope.ts';
import { injectLabel, isManaged } from '../../policy/managed.ts';
import { modeOf } from '../../policy/mode.ts';
import { isInScope } from '../../policy/scope.ts';
import type { Settings } from '../../policy/settings.ts';
import { references } from '../../references/references.ts';
import { sourceId } from '../../references/sources.ts';
import { isWithin, type Usage, usages } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Setting } from './setting.ts';

/** Why lockstep does not act on a workload at all. Empty: it does. */
export function notManaged(setting: Setting, workload: Workload): readonly string[] {
  const { scope, injectDefault, mode, defaults } = setting;
  const { namespace } = workload;
  const labels = setting.labelsOf(namespace);
  if (!isInScope(scope, namespace)) return [`lockstep never acts in namespace ${namespace}`];
  const said = injectSwitch(workload, defaults.compat);
  if (!isManaged(said, injectLabel(labels), injectDefault)) {
    if (injectLabel(labels).says === 'disabled')
      return [`lockstep does not act in its namespace (label ${INJECT_LABEL}: disabled)`];
    if (said.says === 'disabled') return [`lockstep does not act on it (${INJECT_LABEL}: disabled)`];
    return [`lockstep acts only on workloads that ask for it: give it the label ${INJECT_LABEL}: enabled`];
  }
  return modeOf(labels, mode) === 'observe'
    ? [`lockstep only observes in its namespace (${MODE_LABEL}: observe)`]
    : [];
}

function notAtEdits({ defaults }: Setting, { rollOn }: Settings): readonly string[] {
  if (defaults.edit !== true) return ['lockstep does not follow edits in this cluster: set edit.enabled'];
  return rollOn.includes('edit')
    ? []
    : [`lockstep does not roll it at an edit: neither rollOn nor its ${ROLL_ON} lists edit`];
}

const countsAllOf = (wanted: Usage, counted: Usage | undefined): boolean =>
  counted !== undefined &&
  isWithin(wanted, counted) &&
  (counted.ifMarked !== true || wanted.ifMarked === true) &&
  counted.except.every((pattern) => wanted.except.includes(pattern));

function whyLost(setting: Setting, { kind }: Usage, inTemplate: boolean): string {
  if (kind === 'secret' && !setting.defaults.secrets) return 'Secrets do not count in this cluster';
  if (!inTemplate && !setting.defaults.include) return 'include.enabled is false';
  return `${IGNORE} or another setting leaves it out`;
}

/** What is restarted for today, and what says so. */
export interface Wanted {
  readonly usages: readonly Usage[];
  /** The other program does not restart for a source with these annotations. */
  isIgnored(annotations: Readonly<Record<string, string>>): boolean;
  /** The source's own annotations have lockstep ignore it. */
  isIgnoredByLockstep(annotations: Readonly<Record<string, string>>): boolean;
}

/**
 * What pods are restarted for today, and would not be by lockstep. Empty: it looks at all of it.
 * @param workload as it will be
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function lostSources(setting: Setting, workload: Workload, wanted: Wanted): readonly string[] {
  const settings = workloadSettings(workload, setting.defaults);
  const counted = new Map(
    usages(referencesInScope(workload.template, settings)).map((usage) => [sourceId(usage), usage]),
  );
  const inTemplate = new Set(references(workload.template).map(sourceId));
  return wanted.usages.flatMap((usage) => {
    const id = sourceId(usage);
    const annotations = setting.annotationsOfSource(workload.namespace, id) ?? {};
    if (wanted.isIgnored(annotations)) return [];
    if (wanted.isIgnoredByLockstep(annotations)) return [`${id} does not count: its own annotations say so`];
    return countsAllOf(usage, counted.get(id))
      ? []
      : [`${id} does not count, or not all of it: ${whyLost(setting, usage, inTemplate.has(id))}`];
  });
}

/**
 * Why lockstep would not roll a workload when its configuration is edited. Empty: it would.
 * @param workload as it will be
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function idleness(setting: Setting, workload: Workload): readonly string[] {
  const { templateRef } = workload;
  if (templateRef)
    return [
      `its pod template is that of ${templateRef.kind.toLowerCase()}/${templateRef.name}: annotate that`,
    ];
  return [
    ...notManaged(setting, workload),
    ...notAtEdits(setting, workloadSettings(workload, setting.defaults)),
  ];
}
