import { notJsonError } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/**
 * The part of an answer that callers handle; undefined if there is none.
 * @throws LockstepError API_UNEXPECTED if a successful answer is not JSON
 */
export function toAnswer(request: ApiRequest, { status, body }: HttpAnswer): ApiAnswer | undefined {
  if (status === 404) return { kind: 'not-found' };
  if (status === 409) return { kind: 'conflict' };
  if (status === 410 && request.verb === 'list') return { kind: 'expired' };
  if (status >= 300) return undefined;
  if (body === undefined) throw notJsonError(request);
  return { kind: 'found', body };
}
