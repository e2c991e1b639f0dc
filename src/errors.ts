/** Every error lockstep raises itself. `docs/errors.md` says what each means and what to do; a test holds the two together. */
export const ERROR_CODES = [
  'CONFIG_INVALID',
  'KUBECONFIG_INVALID',
  'CERTIFICATE_INVALID',
  'MANIFEST_INVALID',
  'COPY_UNUSABLE',
  'COPY_LOST',
  'API_UNREACHABLE',
  'API_REFUSED',
  'API_UNEXPECTED',
  'DEADLINE_EXCEEDED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error with a code that callers can switch on, and a message that says what, where and what to do. */
export class LockstepError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LockstepError';
    this.code = code;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Kind and place of an unexpected error, for the log: not its message, which may quote what was being read. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.indexOf('\n    at ') ?? -1;
  return frames < 0 ? error.name : `${error.name}${error.stack?.slice(frames)}`;
}
