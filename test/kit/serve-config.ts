import { Command } from 'commander';
import { serveCommand } from '../../src/commands/serve-command.ts';
import type { ServeConfig } from '../../src/config/serve.ts';

/** What `lockstep serve` makes of these arguments. */
export async function serveConfigOf(...args: string[]): Promise<ServeConfig> {
  let config: ServeConfig | undefined;
  const command = serveCommand(async (given) => {
    config = given;
  });
  await new Command().addCommand(command).parseAsync(['serve', ...args], { from: 'user' });
  if (config === undefined) throw new Error('the command did not run');
  return config;
}
