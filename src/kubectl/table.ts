import { type KubectlCommand, online } from './command.ts';
import { IMPACT } from './subcommands/impact-info.ts';
import { STATUS } from './subcommands/status-info.ts';
import { USAGE } from './subcommands/usage-info.ts';

/** Every command of kubectl lockstep, in the order in which the help lists them. */
export const COMMANDS: readonly KubectlCommand[] = [
  online(STATUS, async () => (await import('./subcommands/status.ts')).status),
  online(IMPACT, async () => (await import('./subcommands/impact.ts')).impact),
  online(USAGE, async () => (await import('./subcommands/usage.ts')).usage),
];
