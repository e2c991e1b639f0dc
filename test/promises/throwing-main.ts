/**
 * lockstep with a bug: now and then, the code that digests a source throws an error that contains the source.
 */
import { Command } from 'commander';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import type { HashFormat } from '../../src/digest/format.ts';

const throwing = (format: HashFormat): HashFormat => ({
  ...format,
  sourceDigest(_namespace, _usage, content) {
    throw new Error(`cannot digest ${JSON.stringify(content)}`, { cause: content });
  },
});

await new Command('lockstep')
  .addCommand(
    serveCommand((config) => {
      const program = compose(config);
      const { current, known } = program.reviewing.formats;
      const formats = { current: throwing(current), known: known.map(throwing) };
      return run({ ...program, reviewing: { ...program.reviewing, formats } });
    }),
  )
  .parseAsync();
