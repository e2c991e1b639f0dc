import { IN_DOUBT } from '../policy/adoption.ts';
import type { EDIT_OPTIONS } from './edit.ts';
import { MODE_OPTIONS } from './mode.ts';
import { NAMESPACE_OPTIONS, namespaceConfig } from './namespaces.ts';
import { ON_ERROR_OPTIONS } from './on-error.ts';
import type { OptionTable, Values } from './option.ts';
import { PIN_OPTIONS, pinConfig } from './pin.ts';
import { ROLL_ON_OPTIONS, rollOnConfig } from './roll-on.ts';
import { SCOPE_OPTIONS, scopeConfig } from './scope.ts';
import { UNTIL_CONFIGURED_OPTIONS } from './until-configured.ts';
import { oneOf } from './value-types.ts';
import { WORKLOAD_OPTIONS } from './workloads.ts';

/** The options that decide how a workload is judged. */
export const POLICY_OPTIONS = {
  ...ON_ERROR_OPTIONS,
  ...MODE_OPTIONS,
  ...NAMESPACE_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...SCOPE_OPTIONS,
  ...ROLL_ON_OPTIONS,
  '--adoption-in-doubt': {
    value: oneOf(IN_DOUBT),
    default: 'roll',
    description:
      'what happens to a running workload if lockstep cannot tell whether all its pods read the same configuration',
  },
  ...PIN_OPTIONS,
  ...UNTIL_CONFIGURED_OPTIONS,
} as const satisfies OptionTable;

/**
 * How the cluster's owner wants workloads to be judged.
 * @throws LockstepError CONFIG_INVALID, if options do not fit one another
 */
export const policyConfig = (values: Values<typeof POLICY_OPTIONS & typeof EDIT_OPTIONS>) => ({
  /** The namespaces that lockstep acts in. */
  scope: namespaceConfig(values),
  /** The kinds of workload that lockstep acts on. */
  workloads: values.workloads,
  ...scopeConfig(values),
  /** Whether lockstep writes, or only tells what it would do. A namespace may say otherwise. */
  mode: values.mode,
  /** What happens to calls that could not be checked. */
  onError: values.onError,
  rollOn: rollOnConfig(values.rollOn, values.edit),
  /** What happens if it cannot be told whether all pods of a workload read the same configuration. */
  inDoubt: values.adoptionInDoubt,
  pin: pinConfig(values),
  /** Whether pods are refused while something that they need is missing, if their template asks for it. */
  holdUntilConfigured: values.holdUntilConfigured,
});
