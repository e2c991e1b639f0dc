import { type KubectlCommand, online } from './command.ts';
import { STATUS } from './subcommands/status-info.ts';

/** Every command of kubectl lockstep, in the order in which the help lists them. */
export const COMMANDS: readonly KubectlCommand[] = [
  online(STATUS, async () => (await import('./subcommands/status.ts')).status),
];
