import type { PublishedPolicy } from '../../config/published.ts';
import {
  HOLD_UNTIL_CONFIGURED,
  INJECT_LABEL,
  MODE_LABEL,
  ON_ERROR_LABEL,
  PIN_LABEL,
  ROLL_ON,
} from '../../marks/names.ts';
import { injectSwitch, workloadSettings } from '../../policy/compat.ts';
import { asksForPin, injectLabel, isManaged, pinLabel } from '../../policy/managed.ts';
import { MODES, modeOf } from '../../policy/mode.ts';
import { ON_ERROR } from '../../policy/on-error.ts';
import { OPERATIONS, printRollOn } from '../../policy/roll-on.ts';
import { rollSettingsOf } from '../../policy/roll-settings.ts';
import { isInScope } from '../../policy/scope.ts';
import { isHeld } from '../../policy/until-configured.ts';
import type { Workload } from '../../workloads/workload.ts';
import { defaultsOf } from '../judge.ts';
import { editRows } from './edit-rows.ts';
import { chart, ofWorkload, type PolicyRow } from './policy-row.ts';

type Labels = Readonly<Record<string, string>>;

const ofNamespace = (name: string): string => `label ${name} of the namespace`;

function injectRow(policy: PublishedPolicy, workload: Workload, labels: Labels): PolicyRow {
  const setting = 'inject';
  if (!isInScope(policy.scope, workload.namespace))
    return { setting, value: 'disabled', from: chart('namespaces, excludedNamespaces') };
  const own = injectLabel(workload.metadata.labels);
  const said = injectSwitch(workload, policy.compat);
  const namespace = injectLabel(labels);
  const value = isManaged(said, namespace, policy.injectDefault) ? 'enabled' : 'disabled';
  if (said.says === value)
    return {
      setting,
      value,
      from: own.says === value ? ofWorkload(INJECT_LABEL, 'label') : ofWorkload('of Reloader or Wave'),
    };
  return {
    setting,
    value,
    from: namespace.says === value ? ofNamespace(INJECT_LABEL) : chart('inject.default'),
  };
}

function pinRow(policy: PublishedPolicy, workload: Workload, labels: Labels): PolicyRow {
  const setting = 'pin';
  if (!policy.pin.enabled) return { setting, value: 'disabled', from: chart('pin.enabled') };
  const own = pinLabel(workload.metadata.labels);
  const namespace = pinLabel(labels);
  const value = asksForPin(own, namespace.says === 'enabled') ? 'enabled' : 'disabled';
  if (own.says === value) return { setting, value, from: ofWorkload(PIN_LABEL, 'label') };
  return { setting, value, from: namespace.says === value ? ofNamespace(PIN_LABEL) : 'default' };
}

/** A setting of the namespace's label, or else of the cluster. */
function namespaceRow(
  setting: string,
  label: string,
  words: readonly string[],
  labels: Labels,
  fallback: { readonly value: string; readonly from: string },
): PolicyRow {
  const value = words.find((word) => word === labels[label]);
  return value === undefined ? { setting, ...fallback } : { setting, value, from: ofNamespace(label) };
}

function rollOnRow(policy: PublishedPolicy, workload: Workload): PolicyRow {
  const defaults = defaultsOf(policy);
  const { rollOn } = workloadSettings(workload, defaults);
  // An annotation counts whatever the default is.
  const isOwn = (['create', 'update'] as const).every(
    (each) =>
      printRollOn(rollSettingsOf(workload.metadata.annotations, { ...defaults, rollOn: [each] }).rollOn) ===
      printRollOn(rollOn),
  );
  const isDefault = printRollOn(rollOn) === printRollOn(policy.rollOn);
  const from = isOwn ? ofWorkload(ROLL_ON) : isDefault ? chart('rollOn') : ofWorkload('of Reloader or Wave');
  return { setting: 'roll-on', value: printRollOn(OPERATIONS.filter((each) => rollOn.includes(each))), from };
}

/** Whose annotation or value it is, and what it says. */
function heldRow(policy: PublishedPolicy, workload: Workload): PolicyRow {
  const setting = 'hold-until-configured';
  const { template } = workload;
  const text = template.metadata?.annotations?.[HOLD_UNTIL_CONFIGURED];
  const value = String(isHeld(workload, policy.holdUntilConfigured));
  if (!policy.holdUntilConfigured) return { setting, value, from: chart('holdUntilConfigured.enabled') };
  const isOwn = text === 'true' || text === 'false';
  return {
    setting,
    value,
    from: isOwn ? `annotation ${HOLD_UNTIL_CONFIGURED} of the pod template` : 'default',
  };
}

/**
 * The policy in force for a workload, part by part.
 * @param labels of its namespace
 */
export function policyRows(
  policy: PublishedPolicy,
  workload: Workload,
  labels: Labels,
): readonly PolicyRow[] {
  return [
    injectRow(policy, workload, labels),
    namespaceRow('mode', MODE_LABEL, MODES, labels, { value: modeOf({}, policy.mode), from: chart('mode') }),
    namespaceRow('on-error', ON_ERROR_LABEL, ON_ERROR, labels, {
      value: policy.onError,
      from: chart('onError'),
    }),
    { setting: 'secrets', value: policy.secrets ? 'on' : 'off', from: chart('secrets.enabled') },
    pinRow(policy, workload, labels),
    rollOnRow(policy, workload),
    ...(policy.edit ? editRows(policy, workload) : []),
    heldRow(policy, workload),
  ];
}
