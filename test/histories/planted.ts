/** lockstep with a bug: `planted.ts serve --bug cached-read ...`. */
import { Command, Option } from 'commander';
import { serve } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/config/serve.ts';
import { BUGS, type Bug } from './bugs.ts';

const command: Command = serveCommand((config) => serve(config, BUGS[command.opts<{ bug: Bug }>().bug]));
command.addOption(new Option('--bug <name>', 'which').choices(Object.keys(BUGS)).makeOptionMandatory());

await new Command('lockstep').addCommand(command).parseAsync();
