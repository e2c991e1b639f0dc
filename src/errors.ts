/**
 * Every error that lockstep raises itself: its code and what it means. The messages are in the `errors.ts`
 * of each room. `docs/errors.md` says what to do about each error; a test compares the two lists.
 */
export const ERRORS = {
  USAGE: 'A command of kubectl lockstep has an argument or an option that it cannot use.',
  NOT_FOUND: 'The object that a command of kubectl lockstep names does not exist.',
  CONFIG_INVALID:
    'An option has a value that cannot be used, its port is taken, or the Lease that it names is missing.',
  KUBECONFIG_INVALID:
    'The kubeconfig, or a file that it names, cannot be read, its current context names no cluster, ' +
    'its exec plugin gave no usable credential, or the URL of its proxy is invalid.',
  CERTIFICATE_INVALID:
    'The serving certificate or its key is unreadable, not PEM, expired, not valid yet, or not a pair. ' +
    'Or its Secret is missing. Or the file of client authorities is unreadable, or holds something else.',
  CLOCK_WRONG:
    'The clock here differs from the API server’s by more than two minutes, so this replica makes no certificate.',
  MANIFEST_INVALID:
    'A manifest given to `lockstep inject`, or to a command of kubectl lockstep, cannot be read, does not fit its ' +
    'kind, or is defined twice; or its kustomization cannot be built.',
  WORKLOAD_TOO_LARGE:
    'A workload refers to more configuration, or has more patterns, than lockstep checks in one review.',
  ANNOTATIONS_FULL:
    'A workload asks for copies, and the annotations of its template leave no room for the names of the copies.',
  COPY_UNUSABLE:
    'An object with the name of an immutable copy is not that copy, or the key of its digest is gone.',
  COPIES_LIMITED:
    'A namespace has gained 64 MiB of copies within the grace, so lockstep makes no more for now.',
  COPY_LOST:
    'A pod is to read a copy that is gone. Its source no longer holds the same, ' +
    'or nobody asks for copies there any more.',
  API_UNREACHABLE: 'A connection to the API server could not be made, or broke, four times in a row.',
  API_REFUSED: 'The API server answered with an error status.',
  API_UNEXPECTED: 'The API server sent an object of an unexpected shape, more than 10 MiB, or no JSON.',
  DEADLINE_EXCEEDED:
    'The API server did not answer before the review’s deadline, or lockstep was busy until then.',
} as const satisfies Readonly<Record<string, string>>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * A setting of the user, under a name of our own. An error about a
 * setting carries it. Only the command line knows the option's name.
 */
export type Setting = 'kubeconfig' | 'certFile' | 'keyFile' | 'clientCaFile' | 'certificateSecret' | 'lease';

/** An error with a code that callers can switch on. Its message says what is wrong, where, and what to do. */
export class LockstepError extends Error {
  readonly code: ErrorCode;
  readonly setting: Setting | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, setting }: { cause?: unknown; setting?: Setting | undefined } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LockstepError';
    this.code = code;
    this.setting = setting;
  }
}

/** The same error with another message. */
export const restatedError = (error: LockstepError, message: string): LockstepError =>
  new LockstepError(error.code, message, { cause: error });

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code or kind of an error, never its message: a JSON parser's message quotes what it read. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return 'code' in cause ? String(cause.code) : cause.name;
}

/**
 * Kind and place of an unexpected error, for the log. Its message
 * may quote what lockstep was reading, so it is left out.
 */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.indexOf('\n    at ') ?? -1;
  return frames < 0 ? error.name : `${error.name}${error.stack?.slice(frames)}`;
}
