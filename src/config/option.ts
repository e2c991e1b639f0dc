import { Option } from 'commander';

/** The type of an option's value: how the help names it, and how its text is parsed. */
export interface ValueType<T> {
  /** Its name in the help: `duration`, `on|off`, `file...` for one or more; empty for a switch. */
  readonly valueName: string;
  /** What it may be, if these are few words, for completion. One that ends in `=` goes on. */
  readonly words?: readonly string[];
  /**
   * @param before the value so far, for an option that can be given more than once
   * @throws InvalidArgumentError that says what is accepted
   */
  parse(text: string, before: T | undefined): T;
}

/**
 * One option. Types, commander's options, the names of
 * environment variables and `docs/cli.md` are made from it.
 */
export interface OptionRecord<T> {
  readonly value: ValueType<T>;
  /** Its meaning, for the help and for `docs/cli.md`. */
  readonly description: string;
  /** The default, as a user would write it. */
  readonly default?: string;
  /** What applies without the option, if a user could not write that as a value. */
  readonly defaultMeaning?: string;
  /** The option that requires this one: `--secrets on`. */
  readonly neededWith?: string;
  /** One letter with its hyphen: `-f`. */
  readonly short?: string;
  /** False if it has no environment variable. */
  readonly env?: false;
}

/**
 * Options by their flags. A table is declared `as const satisfies OptionTable`,
 * so that `Values` knows the types of its values.
 */
export type OptionTable = Readonly<Record<`--${string}`, OptionRecord<unknown>>>;

type CamelCase<T extends string> = T extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : T;
type NameOf<F> = F extends `--${infer Name}` ? CamelCase<Name> : never;
type ValueOf<R> = R extends { readonly value: ValueType<infer T> }
  ? R extends { readonly default: string }
    ? T
    : T | undefined
  : never;

/**
 * The values that commander returns for the options of a table: `{ adminPort: number }` for `--admin-port`.
 */
export type Values<T extends OptionTable> = {
  readonly [F in keyof T as NameOf<F>]: ValueOf<T[F]>;
};

/** A command with its options. */
export interface CommandRecord<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly description: string;
  readonly options: T;
}

/** The environment variable of an option: `LOCKSTEP_ADMIN_PORT`. */
export const variableOf = (flag: string): string =>
  `LOCKSTEP_${flag.slice('--'.length).replaceAll('-', '_').toUpperCase()}`;

/** The text of a default in the help. */
export const defaultText = (text: string): string => (text === '' ? 'none' : text);

/** The help of an option, without its default value. */
function helpOf({ description, defaultMeaning, neededWith }: OptionRecord<unknown>): string {
  if (neededWith !== undefined) return `${description} (needed with ${neededWith})`;
  return defaultMeaning === undefined ? description : `${description} (default: ${defaultMeaning})`;
}

function toOption(flag: string, record: OptionRecord<unknown>): Option {
  const { value, short, default: byDefault, env } = record;
  const names = short === undefined ? flag : `${short}, ${flag}`;
  const option = new Option(value.valueName === '' ? names : `${names} <${value.valueName}>`, helpOf(record));
  if (value.valueName !== '') option.argParser((text: string, before: unknown) => value.parse(text, before));
  if (env !== false) option.env(variableOf(flag));
  if (byDefault !== undefined) option.default(value.parse(byDefault, undefined), defaultText(byDefault));
  return option;
}

/** The options of a table in commander's form, in the table's order. */
export const toOptions = (table: OptionTable): Option[] =>
  Object.entries(table).map(([flag, record]) => toOption(flag, record));
