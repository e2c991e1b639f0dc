import { type KubectlCommand, offline, online } from './command.ts';
import { COMPLETION } from './subcommands/completion-info.ts';
import { COPIES } from './subcommands/copies-info.ts';
import { DIFF } from './subcommands/diff-info.ts';
import { DOCTOR } from './subcommands/doctor-info.ts';
import { EXPLAIN } from './subcommands/explain-info.ts';
import { HISTORY } from './subcommands/history-info.ts';
import { IMPACT } from './subcommands/impact-info.ts';
import { MIGRATE } from './subcommands/migrate-info.ts';
import { RELEASE } from './subcommands/release-info.ts';
import { ROLL } from './subcommands/roll-info.ts';
import { STATUS } from './subcommands/status-info.ts';
import { UNDO } from './subcommands/undo-info.ts';
import { USAGE } from './subcommands/usage-info.ts';
import { VERSION_INFO } from './subcommands/version-info.ts';
import { WHY } from './subcommands/why-info.ts';

/** Every command of kubectl lockstep, in the order in which the help lists them. */
export const COMMANDS: readonly KubectlCommand[] = [
  online(STATUS, async () => (await import('./subcommands/status.ts')).status),
  online(WHY, async () => (await import('./subcommands/why.ts')).why),
  online(HISTORY, async () => (await import('./subcommands/history.ts')).history),
  online(DIFF, async () => (await import('./subcommands/diff.ts')).diff),
  online(DOCTOR, async () => (await import('./subcommands/doctor.ts')).doctor),
  online(EXPLAIN, async () => (await import('./subcommands/explain.ts')).explain),
  online(IMPACT, async () => (await import('./subcommands/impact.ts')).impact),
  online(USAGE, async () => (await import('./subcommands/usage.ts')).usage),
  online(ROLL, async () => (await import('./subcommands/roll.ts')).roll),
  online(UNDO, async () => (await import('./subcommands/undo.ts')).undo),
  online(RELEASE, async () => (await import('./subcommands/release.ts')).release),
  online(COPIES, async () => (await import('./subcommands/copies.ts')).copies),
  offline(MIGRATE, async () => (await import('./subcommands/migrate.ts')).migrate),
  offline(VERSION_INFO, async () => (await import('./subcommands/version.ts')).version),
  offline(COMPLETION, async () => (await import('./subcommands/completion.ts')).completion),
];
