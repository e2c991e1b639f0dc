import { Command, CommanderError } from 'commander';
import { CONNECTION_OPTIONS, type ConnectionValues } from '../config/connection.ts';
import { type OptionTable, toOptions } from '../config/option.ts';
import { LockstepError, messageOf } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { CommandInfo, ExitCode, KubectlCommand } from './command.ts';
import type { Io } from './io.ts';
import { safeText } from './printing/table.ts';
import { COMMANDS } from './table.ts';

const NAME = 'kubectl lockstep';

/** Asked by shells, in the manner of kubectl's own completion. */
const COMPLETE = '__complete';

const DESCRIPTION =
  'Shows how lockstep keeps the pods of workloads in step with their ConfigMaps and Secrets, and asks for more of it.';

const NOTES = `
Exit codes: 0 in step, 1 drifted or problems found, 2 an error.
Use "kubectl lockstep COMMAND --help" for more about a command.
`;

const indented = (text: string): string => `  ${text}`;

/** The examples of a command, as kubectl prints them. */
function examplesText({ examples }: CommandInfo): string {
  if (examples.length === 0) return '';
  const lines = examples.flatMap(({ about, command }) => [`# ${about}`, command, '']);
  return `\nExamples:\n${lines.map((line) => (line === '' ? '' : indented(line))).join('\n')}`;
}

function addOptions(command: Command, options: OptionTable, heading: string): void {
  for (const option of toOptions(options)) command.addOption(option.helpGroup(heading));
}

/** A command of commander, made from a row of the table. */
function commandOf({ info, run }: KubectlCommand, io: Io, ended: (code: ExitCode) => void): Command {
  const command = new Command(info.name)
    .summary(info.summary)
    .description(info.description)
    .usage(`${info.args}${info.args === '' ? '' : ' '}[options]`)
    .argument('[args...]')
    .allowExcessArguments(false)
    .addHelpText('after', examplesText(info));
  command.configureHelp({ visibleArguments: () => [] });
  addOptions(command, info.options, 'Options:');
  addOptions(command, CONNECTION_OPTIONS, 'Connection, as in kubectl:');
  return command.action(async (args: string[], values: ConnectionValues) => {
    const open = async () => (await import('./session.ts')).openSession(values, io);
    // The transport takes a while to load, and help need not wait for it.
    ended(await run(io, { args, values }, open));
  });
}

/** The whole program, as commander has it. Completion reads it, too. */
export function kubectlProgram(io: Io, ended: (code: ExitCode) => void): Command {
  const program = new Command(NAME)
    .description(DESCRIPTION)
    .usage('COMMAND [options]')
    .version(VERSION, '--version', 'print the version of this program')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', NOTES);
  for (const row of COMMANDS) program.addCommand(commandOf(row, io, ended));
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: (text, write) => write(text) });
  return program;
}

/** Whatever a command prints, nobody's text controls the terminal. */
const safeIo = (io: Io): Io => ({
  ...io,
  out: (text) => io.out(safeText(text)),
  err: (text) => io.err(safeText(text)),
});

/**
 * Runs `kubectl lockstep ARGS`.
 * @returns the exit code
 */
export async function runKubectl(args: readonly string[], given: Io): Promise<ExitCode> {
  const io = safeIo(given);
  const [first, ...words] = args;
  if (first === COMPLETE) return (await import('./complete/complete.ts')).complete(words, COMMANDS, io);
  let code: ExitCode = 0;
  const program = kubectlProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (io.signal.aborted) return 2;
    if (error instanceof LockstepError) io.err(`error: ${error.message}\n`);
    else
      io.err(
        `error: a bug of lockstep: ${error instanceof Error ? (error.stack ?? '') : messageOf(error)}\n`,
      );
    return 2;
  }
}
