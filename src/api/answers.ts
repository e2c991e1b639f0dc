import { notJsonError } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { parseJson } from './json.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/**
 * What an answer says, if it says something that callers handle.
 * @throws LockstepError API_UNEXPECTED where a success is no JSON
 */
export function toAnswer(request: ApiRequest, { status, text }: HttpAnswer): ApiAnswer | undefined {
  if (status === 404) return { kind: 'not-found' };
  if (status === 409) return { kind: 'conflict' };
  if (status === 410 && request.verb === 'list') return { kind: 'expired' };
  if (status >= 300) return undefined;
  const body = parseJson(text);
  if (body === undefined) throw notJsonError(request);
  return { kind: 'found', body };
}
