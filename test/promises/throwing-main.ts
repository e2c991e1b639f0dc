/** lockstep with a bug: now and then what digests a source throws an error that holds the source. */
import { Command } from 'commander';
import { serve } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/config/serve.ts';
import type { HashFormat } from '../../src/digest/format.ts';

const throwing = (format: HashFormat): HashFormat => ({
  ...format,
  sourceDigest(_namespace, _usage, content) {
    throw new Error(`cannot digest ${JSON.stringify(content)}`, { cause: content });
  },
});

await new Command('lockstep')
  .addCommand(
    serveCommand((config) =>
      serve(config, (deps) => ({
        ...deps,
        formats: { current: throwing(deps.formats.current), known: deps.formats.known.map(throwing) },
      })),
    ),
  )
  .parseAsync();
