import { Command, CommanderError } from 'commander';
import { EDIT_OPTIONS, editConfig } from './edit.ts';
import { configError } from './errors.ts';
import { type OptionTable, toOptions, type Values } from './option.ts';
import { POLICY_OPTIONS, policyConfig } from './policy.ts';

/** The options of `serve` that decide how a workload is judged, and when an edit rolls it. */
const OPTIONS = { ...POLICY_OPTIONS, ...EDIT_OPTIONS } as const satisfies OptionTable;

/** How the cluster's owner has set lockstep up, as far as it decides how a workload is judged. */
export type PublishedPolicy = ReturnType<typeof policyOf>;

const policyOf = (values: Values<typeof OPTIONS>) => ({
  ...policyConfig(values),
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
