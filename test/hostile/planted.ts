/** lockstep with bugs: `planted.ts serve --bugs hoard,cached-read ...`. */
import { Command, Option } from 'commander';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import { BUG_NAMES, BUGS } from './bugs.ts';
import { homesOf } from './homes.ts';

const command: Command = serveCommand((config) => {
  const { bugs, run: id } = command.opts<{ bugs: string; run: string }>();
  const names = bugs.split(',');
  const homes = homesOf(id);
  const planted = BUG_NAMES.filter((name) => names.includes(name)).map((name) => BUGS[name].plant);
  return run(planted.reduce((program, plant) => plant(program, homes), compose(config)));
});
command.addOption(new Option('--bugs <names>', 'which').makeOptionMandatory());
command.addOption(new Option('--run <id>', 'of the namespaces').makeOptionMandatory());

await new Command('lockstep').addCommand(command).parseAsync();
