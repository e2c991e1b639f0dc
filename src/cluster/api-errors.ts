import { LockstepError } from '../errors.ts';
import type { ApiRequest } from './client.ts';
import { LARGEST_ANSWER_MIB } from './connections.ts';

/** For an answer that is neither success nor something that the callers handle. */
export function refused(request: ApiRequest, status: number): LockstepError {
  const what = `the API server answered ${status} to ${request.verb} ${request.resource}`;
  const hint =
    status === 403
      ? ': lockstep lacks that right'
      : status === 401
        ? ': lockstep’s token is not accepted'
        : '';
  return new LockstepError('API_REFUSED', `${what}${hint}`);
}

/** The code or kind of an error, never its message: that of a JSON parser quotes what it read. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return 'code' in cause ? String(cause.code) : cause.name;
}

/** For a call that got no answer, or none that can be used. */
export function failed(request: ApiRequest, cause: unknown): LockstepError {
  if (cause instanceof LockstepError) return cause;
  const call = `${request.verb} ${request.resource}`;
  if (request.signal.aborted) {
    const message = `no answer of the API server to ${call} before the deadline`;
    return new LockstepError('DEADLINE_EXCEEDED', message, { cause });
  }
  const code = codeOf(cause);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    const message = `the API server sent more than ${LARGEST_ANSWER_MIB} MiB to ${call}`;
    return new LockstepError('API_UNEXPECTED', message, { cause });
  }
  return new LockstepError('API_UNREACHABLE', `the API server cannot be reached (${code})`, { cause });
}

/** @throws LockstepError API_UNEXPECTED */
export function parsed(request: ApiRequest, text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // Its cause is left out: it quotes the text.
    const message = `the API server sent no JSON to ${request.verb} ${request.resource}`;
    throw new LockstepError('API_UNEXPECTED', message);
  }
}
