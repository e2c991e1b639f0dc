/**
 * lockstep with a second hash format. `--writes v2` is the release that writes it. `--writes v1` is the
 * release before, which reads it already.
 */
import { createHash } from 'node:crypto';
import { Command, Option } from 'commander';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import type { Formats, HashFormat } from '../../src/digest/format.ts';
import { ABSENT } from '../../src/digest/source.ts';

const rehashed = (text: string) => createHash('sha256').update(`v2 ${text}`).digest('hex');

/** Every digest differs from that in v1. */
const v2 = (v1: HashFormat): HashFormat => ({
  ...v1,
  version: 'v2',
  sourceDigest(namespace, usage, content) {
    const digest = v1.sourceDigest(namespace, usage, content);
    return digest === ABSENT ? ABSENT : rehashed(digest);
  },
  configHash: (digests) => `v2-${rehashed(v1.configHash(digests))}`,
});

function formats({ current, known }: Formats, writes: string): Formats {
  const next = v2(current);
  return { current: writes === 'v2' ? next : current, known: [...known, next] };
}

const command: Command = serveCommand((config) => {
  const program = compose(config);
  const { reviewing } = program;
  const { writes } = command.opts<{ writes: string }>();
  return run({ ...program, reviewing: { ...reviewing, formats: formats(reviewing.formats, writes) } });
});
command.addOption(new Option('--writes <version>').choices(['v1', 'v2']).makeOptionMandatory());

await new Command('lockstep').addCommand(command).parseAsync();
