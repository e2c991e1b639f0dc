import { Option } from 'commander';

/** What an option takes: how help names it, and how its text is read. */
export interface ValueType<T> {
  /** As help names it: `duration`, `on|off`, `file...` for one or more; nothing for a switch. */
  readonly takes: string;
  /**
   * @param before what the option was given before, where it takes more than one
   * @throws InvalidArgumentError that says what is accepted
   */
  parse(text: string, before: T | undefined): T;
}

/**
 * One option. Types, commander's options, names of environment variables and `docs/cli.md` are made from
 * it.
 */
export interface OptionRecord<T> {
  readonly value: ValueType<T>;
  /** Its meaning, for help and for `docs/cli.md`. */
  readonly says: string;
  /** As a user would write it. */
  readonly default?: string;
  /** What applies without the option, where that is not a value that a user could write. */
  readonly otherwise?: string;
  /** The option that makes this one needed: `--secrets on`. */
  readonly neededWith?: string;
  /** One letter with its hyphen: `-f`. */
  readonly short?: string;
  /** False: there is no environment variable. */
  readonly env?: false;
}

/**
 * Options by their flags. Declared `as const satisfies OptionTable`, so that `Values` can tell their types.
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

/** What commander gives for the options of a table: `{ adminPort: number }` for `--admin-port`. */
export type Values<T extends OptionTable> = {
  readonly [F in keyof T as NameOf<F>]: ValueOf<T[F]>;
};

/** A command with its options. */
export interface CommandRecord<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly says: string;
  readonly options: T;
}

/** The environment variable of an option: `LOCKSTEP_ADMIN_PORT`. */
export const variableOf = (flag: string): string =>
  `LOCKSTEP_${flag.slice('--'.length).replaceAll('-', '_').toUpperCase()}`;

/** A default as people read it. */
export const defaultText = (text: string): string => (text === '' ? 'none' : text);

/** What the help says of an option beside its default. */
function helpOf({ says, otherwise, neededWith }: OptionRecord<unknown>): string {
  if (neededWith !== undefined) return `${says} (needed with ${neededWith})`;
  return otherwise === undefined ? says : `${says} (default: ${otherwise})`;
}

function toOption(flag: string, record: OptionRecord<unknown>): Option {
  const { value, short, default: byDefault, env } = record;
  const names = short === undefined ? flag : `${short}, ${flag}`;
  const option = new Option(value.takes === '' ? names : `${names} <${value.takes}>`, helpOf(record));
  if (value.takes !== '') option.argParser((text: string, before: unknown) => value.parse(text, before));
  if (env !== false) option.env(variableOf(flag));
  if (byDefault !== undefined) option.default(value.parse(byDefault, undefined), defaultText(byDefault));
  return option;
}

/** The options of a table as commander has them, in the table's order. */
export const toOptions = (table: OptionTable): Option[] =>
  Object.entries(table).map(([flag, record]) => toOption(flag, record));
