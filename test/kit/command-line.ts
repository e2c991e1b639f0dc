/** What the commands share that search at random, each on a control plane of its own. */
import { randomInt } from 'node:crypto';
import { InvalidArgumentError, Option } from 'commander';

export function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number is wanted.');
}

/** The names on a list with commas, in the order of those that are known. */
export function knownNames<T extends string>(text: string, known: readonly T[]): readonly T[] {
  const names = text.split(',');
  const found = known.filter((name) => names.includes(name));
  if (found.length === names.length) return found;
  throw new InvalidArgumentError(`Known are: ${known.join(', ')}.`);
}

export const seedOption = () =>
  new Option('--seed <number>', 'what is random follows from it')
    .argParser(whole)
    .default(randomInt(2 ** 31), 'a random one, which is printed');

/** Takes the signals by which a user ends a program. They abort this instead. */
export function catchInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort());
  return interrupt.signal;
}
