import { Command } from 'commander';
import { CONNECTION_OPTIONS, type ConnectionValues } from '../../config/connection.ts';
import { toOptions } from '../../config/option.ts';
import type { ExitCode, KubectlCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { offerOf } from './candidates.ts';
import { lineOf } from './line.ts';
import { answerText } from './protocol.ts';

/**
 * The values of the flags of a connection.
 * @throws CommanderError if one is wrong
 */
function connectionOf(flags: readonly string[]): ConnectionValues {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of toOptions(CONNECTION_OPTIONS)) command.addOption(option);
  return command.parse(flags, { from: 'user' }).opts();
}

/**
 * Answers a shell that asks what the last word may be. It never fails and never writes an error, since a person is
 * typing: without an answer of the cluster there are no names.
 * @param words after `kubectl lockstep`
 */
export async function complete(
  words: readonly string[],
  commands: readonly KubectlCommand[],
  io: Io,
): Promise<ExitCode> {
  const infos = commands.map(({ info }) => info);
  const line = lineOf(words, infos);
  const offer = line ? offerOf(line, infos) : { candidates: [] };
  let found: readonly string[] = [];
  if (line && offer.asked) {
    try {
      // The transport takes a while to load, and most words need none.
      const { lookUp } = await import('./look-up.ts');
      found = await lookUp(offer.asked, connectionOf(line.connection), io);
    } catch {
      found = [];
    }
  }
  io.out(answerText(offer, words.at(-1) ?? '', found));
  return 0;
}
