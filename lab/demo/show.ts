import { styleText } from 'node:util';
import type { CommandResult } from '../control-plane/run.ts';

export const say = (text = '') => process.stdout.write(`${text}\n`);
export const title = (text: string) => say(`\n${styleText('bold', text)}`);

/** As a shell wants it. */
const quoted = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`);

/** Runs a command before the reader's eyes: the command, then what it prints, a line that comes again only once. */
export async function show(command: readonly string[], run: () => Promise<CommandResult>): Promise<void> {
  say(styleText('cyan', `  $ ${command.map(quoted).join(' ')}`));
  const { stdout, stderr } = await run();
  for (const line of new Set(`${stderr}${stdout}`.trimEnd().split('\n'))) {
    say(`    ${line.startsWith('Warning:') ? styleText('yellow', line) : line}`);
  }
}
