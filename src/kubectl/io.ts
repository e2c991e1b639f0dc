/** What a command reads and writes beside the cluster. Tests give it their own. */
export interface Io {
  /** Writes what the command prints. */
  out(text: string): void;
  /** Writes notes, warnings, errors and progress. */
  err(text: string): void;
  /** Writes data as it is, for programs. */
  data(text: string): void;
  /** Writes to the person's terminal what moves its cursor. */
  move(text: string): void;
  /** Reads a line that a person types. Undefined: nobody can type one, or the input has ended. */
  ask(question: string): Promise<string | undefined>;
  /** The whole standard input, for `-f -`. */
  readInput(): Promise<string>;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Told of each call to the API server, as `get configmaps 200`. */
  readonly onCall?: (call: string) => void;
  /** Ends the command: a person has pressed Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The terminal that a command writes to. */
export interface Terminal {
  /** Colours are wanted. */
  readonly colour: boolean;
  /** Progress may be shown and overwritten, because a person looks at the standard error. */
  readonly progress: boolean;
  /** Characters in a line. Undefined: it is no terminal. */
  readonly width: number | undefined;
}

/** @see https://no-color.org */
export function terminalOf(
  env: NodeJS.ProcessEnv,
  out: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
  err: { readonly isTTY?: boolean | undefined },
): Terminal {
  const isTerminal = out.isTTY === true;
  return {
    colour: isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    progress: err.isTTY === true && env['TERM'] !== 'dumb',
    width: isTerminal ? out.columns : undefined,
  };
}
