import { styleText } from 'node:util';
import type { CommandResult } from '../control-plane/run.ts';

export const say = (text = '') => process.stdout.write(`${text}\n`);
export const title = (text: string) => say(`\n${styleText('bold', text)}`);

/** An argument in the notation of a shell. */
const quoted = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`);

/** Runs a command and shows it with its output. A line that repeats is shown once. */
export async function show(command: readonly string[], run: () => Promise<CommandResult>): Promise<void> {
  say(styleText('cyan', `  $ ${command.map(quoted).join(' ')}`));
  const { stdout, stderr } = await run();
  for (const line of new Set(`${stderr}${stdout}`.trimEnd().split('\n'))) {
    say(`    ${line.startsWith('Warning:') ? styleText('yellow', line) : line}`);
  }
}
