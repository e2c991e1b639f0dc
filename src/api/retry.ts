/** Why a call failed: the status of its answer, or the code of an error. */
export type Failure =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly code: string };

/**
 * Too many requests, and the answers of an API server, or of
 * its load balancer, while it starts, ends or is in trouble.
 */
const STATUSES: readonly number[] = [429, 500, 502, 503, 504];

/**
 * A connection could not be made, or it broke. An invalid
 * certificate or a too large answer is not in this list.
 */
const CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  // The connections were given up while the request was on its way to one.
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  // The answer ended before its Content-Length did.
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
];

const ATTEMPTS = 4;

/**
 * Each wait is three times the one before: about 50, 150 and
 * 450 ms. If a fault lasts, a user waits for the answer.
 */
const FIRST_WAIT_MS = 50;
const FACTOR = 3;

/**
 * The API server's own throttling asks for a second. If it asks for more, the user gets the error at once.
 */
const LONGEST_WAIT_MS = 1_000;

/**
 * How long to wait before a call is made again, in milliseconds; undefined if it is not made again.
 *
 * Every call may be made again, even if the one before succeeded and its answer was lost:
 * - A read changes nothing.
 * - A PATCH is conditional on the resourceVersion. The second gets a 409, so the review
 *   starts over and finds the workload in step. Not repeating it would let a scale-up through
 *   on an old template. (A PATCH without that condition must say the same both times.)
 * - A create gets a 409, as if another client had been faster.
 * - A delete is conditional on uid and resourceVersion. It
 *   gets a 404, or a 409 if another object has taken the name.
 * @param attempt how often the call was made: 1 after the first time
 */
export function retryDelay(attempt: number, failure: Failure): number | undefined {
  if (attempt >= ATTEMPTS) return undefined;
  const wait = FIRST_WAIT_MS * FACTOR ** (attempt - 1);
  // Calls that failed together must not come again together.
  const spread = wait * (0.75 + Math.random() / 2);
  if ('code' in failure) return CODES.includes(failure.code) ? spread : undefined;
  if (!STATUSES.includes(failure.status)) return undefined;
  // In seconds. The API server never sends the other form, a
  // date. If a load balancer sends a date, our own pace applies.
  const askedMs = Number(failure.retryAfter ?? Number.NaN) * 1000;
  if (Number.isNaN(askedMs)) return spread;
  return askedMs <= LONGEST_WAIT_MS ? Math.max(askedMs, spread) : undefined;
}
