/** Why a call failed: the status of its answer, or the code of an error. */
export type Failure =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly code: string };

/**
 * Too many requests, and what an API server or the load balancer before it says while it starts, ends or
 * struggles.
 */
const STATUSES: readonly number[] = [429, 500, 502, 503, 504];

/**
 * A connection that could not be made or that broke. Not: a certificate that is wrong, an answer that is
 * too large.
 */
const CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  // The answer ended before its Content-Length did.
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
];

const ATTEMPTS = 4;

/**
 * Doubled and more each time: about 50, 150 and 450 ms. A user waits for the answer to a fault that lasts.
 */
const FIRST_WAIT_MS = 50;
const FACTOR = 3;

/**
 * The API server's own throttling asks for a second. If it asks for more, the user gets the error at once.
 */
const LONGEST_WAIT_MS = 1_000;

/**
 * How long to wait before a call is made again, in milliseconds; undefined: not again.
 *
 * Every call may be made again, even if the one before went through and its answer was lost:
 * - A read changes nothing.
 * - A PATCH is conditional on the resourceVersion. The second gets a 409, the review starts over and finds
 *   the workload in step. Not sending it again would let a scale-up through on an old template. (A PATCH
 *   that is not conditional has to say the same a second time.)
 * - A create gets a 409, as if somebody else had been faster.
 * - A delete is conditional on uid and resourceVersion. It gets a 404, or a 409 if another object has taken
 *   the name.
 * @param attempt how many times it was made: 1 after the first
 */
export function retryDelay(attempt: number, failure: Failure): number | undefined {
  if (attempt >= ATTEMPTS) return undefined;
  const wait = FIRST_WAIT_MS * FACTOR ** (attempt - 1);
  // Calls that failed together must not come again together.
  const spread = wait * (0.75 + Math.random() / 2);
  if ('code' in failure) return CODES.includes(failure.code) ? spread : undefined;
  if (!STATUSES.includes(failure.status)) return undefined;
  // In seconds. The API server never sends the other form, a date; a load balancer that does gets our own
  // pace.
  const told = Number(failure.retryAfter ?? Number.NaN) * 1000;
  if (Number.isNaN(told)) return spread;
  return told <= LONGEST_WAIT_MS ? Math.max(told, spread) : undefined;
}
