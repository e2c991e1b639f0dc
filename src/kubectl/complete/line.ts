import { CONNECTION_OPTIONS } from '../../config/connection.ts';
import type { OptionRecord, OptionTable } from '../../config/option.ts';
import type { CommandInfo } from '../command.ts';

/** What the last word of a command line is. */
export type Place =
  | { readonly kind: 'command' }
  | { readonly kind: 'flag'; readonly options: OptionTable }
  /** The value of a flag. `before` is the part of the word that is no value: `--namespace=`. */
  | {
      readonly kind: 'value';
      readonly flag: string;
      readonly record: OptionRecord<unknown>;
      readonly before: string;
    }
  | { readonly kind: 'argument'; readonly info: CommandInfo; readonly args: readonly string[] };

/** A command line that a person is still writing. */
export interface Line {
  readonly place: Place;
  /** What is written so far of what is completed. */
  readonly word: string;
  /** The flags of the connection before it, with their values, as they were written. */
  readonly connection: readonly string[];
}

interface Flag {
  readonly flag: string;
  readonly record: OptionRecord<unknown>;
  /** What stands in the same word: `-nshop`, `--namespace=shop`. */
  readonly value: string | undefined;
  readonly before: string;
}

const takesValue = ({ record }: Flag): boolean => record.value.valueName !== '';

/** The flag that a word begins with. */
function flagOf(word: string, options: OptionTable): Flag | undefined {
  if (word.startsWith('--')) {
    const [name = '', ...rest] = word.split('=');
    const [flag, record] = Object.entries(options).find(([each]) => each === name) ?? [];
    if (flag === undefined || record === undefined) return undefined;
    return { flag, record, value: word.includes('=') ? rest.join('=') : undefined, before: `${name}=` };
  }
  const short = word.slice(0, 2);
  const [flag, record] = Object.entries(options).find(([, each]) => each.short === short) ?? [];
  if (flag === undefined || record === undefined) return undefined;
  return { flag, record, value: word.length > 2 ? word.slice(2) : undefined, before: short };
}

const isConnection = ({ flag }: Flag): boolean => Object.keys(CONNECTION_OPTIONS).includes(flag);

/** What the words before the last one say. */
interface Read {
  info: CommandInfo | undefined;
  readonly args: string[];
  readonly connection: string[];
  /** A flag whose value is the next word. */
  open: Flag | undefined;
  /** After `--` no word is a flag. */
  ended: boolean;
}

const optionsOf = ({ info }: Read): OptionTable => ({ ...info?.options, ...CONNECTION_OPTIONS });

function readFlag(read: Read, word: string): void {
  const flag = flagOf(word, optionsOf(read));
  if (flag && takesValue(flag) && flag.value === undefined) read.open = flag;
  else if (flag && isConnection(flag)) read.connection.push(word);
}

/** Takes one word more. False: it should be a command, and is none. */
function readWord(read: Read, word: string, commands: readonly CommandInfo[]): boolean {
  if (read.open) {
    if (isConnection(read.open)) read.connection.push(read.open.flag, word);
    read.open = undefined;
  } else if (word === '--' && !read.ended) read.ended = true;
  else if (!read.ended && word.length > 1 && word.startsWith('-')) readFlag(read, word);
  else if (read.info) read.args.push(word);
  else if (word !== 'help') {
    read.info = commands.find(({ name }) => name === word);
    return read.info !== undefined;
  }
  return true;
}

function placeOf(read: Read, last: string): { place: Place; word: string } {
  const { open, info, args } = read;
  if (open) return { place: { kind: 'value', ...open, before: '' }, word: last };
  if (!read.ended && last.startsWith('-')) {
    const flag = flagOf(last, optionsOf(read));
    if (flag && takesValue(flag) && flag.value !== undefined)
      return { place: { kind: 'value', ...flag }, word: flag.value };
    return { place: { kind: 'flag', options: optionsOf(read) }, word: last };
  }
  return { place: info ? { kind: 'argument', info, args } : { kind: 'command' }, word: last };
}

/**
 * Reads a command line as far as it is written.
 * @param words after `kubectl lockstep`; the last one is completed, and may be empty
 * @returns undefined if it names a command that does not exist
 */
export function lineOf(words: readonly string[], commands: readonly CommandInfo[]): Line | undefined {
  const read: Read = { info: undefined, args: [], connection: [], open: undefined, ended: false };
  for (const word of words.slice(0, -1)) if (!readWord(read, word, commands)) return undefined;
  return { ...placeOf(read, words.at(-1) ?? ''), connection: read.connection };
}
