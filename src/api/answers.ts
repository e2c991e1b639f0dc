import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { LockstepError } from '../errors.ts';
import { maybe } from '../workloads/schema.ts';
import type { ApiRequest } from './client.ts';
import { type HttpAnswer, LARGEST_ANSWER_MIB } from './connections.ts';

const isForbidden = Compile(
  Type.Object({
    message: maybe(Type.String()),
    details: maybe(Type.Object({ causes: maybe(Type.Array(Type.Object({ reason: maybe(Type.String()) }))) })),
  }),
);

/** Why a call is forbidden, in our own words: the API server's may quote the object. */
function whyForbidden(text: string | undefined): string {
  const status = jsonOf(text);
  if (isForbidden.Check(status)) {
    const causes = status.details?.causes ?? [];
    if (causes.some(({ reason }) => reason === 'NamespaceTerminating'))
      return 'the namespace is being deleted';
    // Nothing but the message tells these from a right that is missing.
    if (status.message?.includes('exceeded quota')) return 'a ResourceQuota is used up';
    if (/denied (the )?request/.test(status.message ?? ''))
      return 'an admission webhook or policy does not allow it';
  }
  return 'lockstep lacks that right';
}

/** For an answer that is neither success nor something that the callers handle. */
export function refused(request: ApiRequest, { status, text }: HttpAnswer): LockstepError {
  const what = `the API server answered ${status} to ${request.verb} ${request.resource}`;
  const hint =
    status === 403 ? `: ${whyForbidden(text)}` : status === 401 ? ': lockstep’s token is not accepted' : '';
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

/** Undefined where it is no JSON: what the parser says of that quotes the text. */
function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** @throws LockstepError API_UNEXPECTED */
export function parsed(request: ApiRequest, text: string | undefined): unknown {
  const json = jsonOf(text);
  if (json !== undefined) return json;
  const message = `the API server sent no JSON to ${request.verb} ${request.resource}`;
  throw new LockstepError('API_UNEXPECTED', message);
}
