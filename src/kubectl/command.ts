import type { ConnectionValues } from '../config/connection.ts';
import type { OptionTable, Values } from '../config/option.ts';
import type { Io } from './io.ts';
import type { Session } from './session.ts';

/**
 * How a command ends: 0 in step, 1 drifted or problems found. An error is 2.
 */
export type ExitCode = 0 | 1 | 2;

/** What help and completion know of a command, without loading it. */
export interface CommandInfo<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does, in a few sentences. */
  readonly description: string;
  /** Its arguments, as the usage line has them: `[TYPE/NAME ...]`. */
  readonly args: string;
  /** What its arguments are, for completion; or the words that its one argument may be. */
  readonly completes: 'workloads' | 'sources' | 'nothing' | readonly string[];
  readonly options: T;
  /** Each with a line that says what it is for. */
  readonly examples: readonly Example[];
}

export interface Example {
  readonly about: string;
  /** It begins with `kubectl lockstep`. */
  readonly command: string;
}

/** What a command is given when it runs. */
export interface Invocation<T extends OptionTable> {
  readonly args: readonly string[];
  readonly values: Values<T> & Pick<ConnectionValues, 'namespace'>;
}

/** A command that works with a cluster. */
export type Run<T extends OptionTable> = (session: Session, given: Invocation<T>) => Promise<ExitCode>;

/** A command that may work without a cluster. It opens the session itself, if it needs one. */
export type RunOffline<T extends OptionTable> = (
  io: Io,
  given: Invocation<T>,
  open: () => Promise<Session>,
) => Promise<ExitCode>;

/** A row of the table of commands. */
export interface KubectlCommand {
  readonly info: CommandInfo;
  run(
    io: Io,
    given: { args: readonly string[]; values: object },
    open: () => Promise<Session>,
  ): Promise<ExitCode>;
}

/**
 * A row for a command. Its code is loaded only when it runs.
 * @param load loads the code
 */
export function online<T extends OptionTable>(
  info: CommandInfo<T>,
  load: () => Promise<Run<T>>,
): KubectlCommand {
  return offline(info, async () => {
    const run = await load();
    return async (_io, given, open) => {
      const session = await open();
      try {
        return await run(session, given);
      } finally {
        await session.close();
      }
    };
  });
}

/** A row for a command that may work without a cluster. */
export function offline<T extends OptionTable>(
  info: CommandInfo<T>,
  load: () => Promise<RunOffline<T>>,
): KubectlCommand {
  return {
    info,
    async run(io, { args, values }, open) {
      const run = await load();
      // commander has made the values of the options of this very table, and of the connection.
      return run(io, { args, values: values as Invocation<T>['values'] }, open);
    },
  };
}
