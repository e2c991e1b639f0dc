import { Command, CommanderError } from 'commander';
import { EDIT_OPTIONS, editConfig } from './edit.ts';
import { configError } from './errors.ts';
import { MODE_OPTIONS } from './mode.ts';
import { NAMESPACE_OPTIONS, namespaceConfig } from './namespaces.ts';
import { ON_ERROR_OPTIONS } from './on-error.ts';
import { type OptionTable, toOptions, type Values } from './option.ts';
import { PIN_OPTIONS, pinConfig } from './pin.ts';
import { ROLL_ON_OPTIONS, rollOnConfig } from './roll-on.ts';
import { SCOPE_OPTIONS, scopeConfig } from './scope.ts';
import { ADOPTION_OPTIONS } from './serve.ts';
import { UNTIL_CONFIGURED_OPTIONS } from './until-configured.ts';
import { WORKLOAD_OPTIONS } from './workloads.ts';

/** The options of `serve` that decide how a workload is judged. */
const OPTIONS = {
  ...ON_ERROR_OPTIONS,
  ...MODE_OPTIONS,
  ...NAMESPACE_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...SCOPE_OPTIONS,
  ...ROLL_ON_OPTIONS,
  ...ADOPTION_OPTIONS,
  ...PIN_OPTIONS,
  ...UNTIL_CONFIGURED_OPTIONS,
  ...EDIT_OPTIONS,
} as const satisfies OptionTable;

/** How the cluster's owner has set lockstep up, as far as it decides how a workload is judged. */
export type PublishedPolicy = ReturnType<typeof policyOf>;

const policyOf = (values: Values<typeof OPTIONS>) => ({
  scope: namespaceConfig(values),
  workloads: values.workloads,
  ...scopeConfig(values),
  onError: values.onError,
  mode: values.mode,
  rollOn: rollOnConfig(values.rollOn, values.edit),
  inDoubt: values.adoptionInDoubt,
  pin: pinConfig(values),
  holdUntilConfigured: values.holdUntilConfigured,
  edit: values.edit,
  pace: editConfig(values),
});

/**
 * Reads the arguments of `lockstep serve`, as the chart publishes them. Options that do not decide how a workload is
 * judged, and those of other versions, do not count.
 * @throws LockstepError CONFIG_INVALID, which says what is wrong with a value
 */
export function publishedPolicy(args: readonly string[]): PublishedPolicy {
  const command = new Command('serve')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  // The environment is that of a person, and not of the server.
  const withoutEnv = Object.fromEntries(
    Object.entries(OPTIONS).map(([flag, record]) => [flag, { ...record, env: false as const }]),
  );
  for (const option of toOptions(withoutEnv)) command.addOption(option);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw configError(error.message, error);
    throw error;
  }
  return policyOf(command.opts<Values<typeof OPTIONS>>());
}
