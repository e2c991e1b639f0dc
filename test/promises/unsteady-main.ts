/**
 * lockstep that loses the leadership and takes it again, in turn, on SIGHUP. It collects its garbage on SIGUSR2.
 */
import { Command } from 'commander';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import { openController } from '../../src/controller/controller.ts';
import { collectOnSignal } from '../kit/collect-garbage.ts';

collectOnSignal();
let leads = true;
process.on('SIGHUP', () => {
  leads = !leads;
});
await new Command('lockstep')
  .addCommand(
    serveCommand((config) => {
      const program = compose(config);
      const { controlling, telemetry } = program;
      if (controlling) {
        const controller = openController(controlling, { leads: () => leads }, telemetry);
        process.once('SIGTERM', () => void controller.close());
      }
      return run({ ...program, controlling: undefined });
    }),
  )
  .parseAsync();
