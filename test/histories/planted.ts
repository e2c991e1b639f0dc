/** lockstep with a bug: `planted.ts serve --bug cached-read ...`. */
import { Command, Option } from 'commander';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import { BUGS, type Bug } from './bugs.ts';

const command: Command = serveCommand((config) => {
  const program = compose(config);
  const plant = BUGS[command.opts<{ bug: Bug }>().bug];
  return run({ ...program, reviewing: plant(program.reviewing) });
});
command.addOption(new Option('--bug <name>', 'which').choices(Object.keys(BUGS)).makeOptionMandatory());

await new Command('lockstep').addCommand(command).parseAsync();
