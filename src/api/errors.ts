import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { codeOf, LockstepError, type Setting } from '../errors.ts';
import { maybe } from '../schema.ts';
import { type HttpAnswer, LARGEST_ANSWER_MIB } from './http.ts';
import { namespaceOf } from './path.ts';
import type { ApiRequest } from './request.ts';

const isForbidden = Compile(
  Type.Object({
    message: maybe(Type.String()),
    details: maybe(Type.Object({ causes: maybe(Type.Array(Type.Object({ reason: maybe(Type.String()) }))) })),
  }),
);

/** Whose credentials the calls carry. */
export type Caller = 'lockstep' | 'person';

const LACKS_RIGHT: Readonly<Record<Caller, string>> = {
  lockstep: 'lockstep lacks that right',
  person: 'you lack that right',
};
const NOT_ACCEPTED: Readonly<Record<Caller, string>> = {
  lockstep: 'lockstep’s token is not accepted',
  person: 'your credentials are not accepted',
};

/** Why a call is forbidden, in our own words: the API server's words may quote the object. */
function whyForbidden(status: unknown, caller: Caller): string {
  if (isForbidden.Check(status)) {
    const causes = status.details?.causes ?? [];
    if (causes.some(({ reason }) => reason === 'NamespaceTerminating'))
      return 'the namespace is being deleted';
    // Only the message tells these cases from a missing right.
    if (status.message?.includes('exceeded quota')) return 'a ResourceQuota is used up';
    if (/denied (the )?request/.test(status.message ?? ''))
      return 'an admission webhook or policy does not allow it';
  }
  return LACKS_RIGHT[caller];
}

/** The part of a call that messages name. */
interface NamedCall {
  readonly verb: string;
  /** Plural name: `configmaps`. */
  readonly resource: string;
}

/** For an answer that is neither a success nor one that callers handle. */
export function refusalError(
  request: NamedCall,
  { status, body }: HttpAnswer,
  caller: Caller = 'lockstep',
): LockstepError {
  const what = `the API server answered ${status} to ${request.verb} ${request.resource}`;
  const why = status === 403 ? whyForbidden(body, caller) : status === 401 ? NOT_ACCEPTED[caller] : undefined;
  return new LockstepError('API_REFUSED', why === undefined ? what : `${what}: ${why}`, { cause: status });
}

/** The status with which the API server, or a server behind it, has refused a call. Undefined: it has not. */
export const refusedStatus = (error: unknown): number | undefined =>
  error instanceof LockstepError && error.code === 'API_REFUSED' && typeof error.cause === 'number'
    ? error.cause
    : undefined;

/** undici's code for an answer of more than `LARGEST_ANSWER_MIB`. */
const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** For a call that got no answer, or an unusable one. */
export function callError(request: NamedCall & Pick<ApiRequest, 'signal'>, cause: unknown): LockstepError {
  if (cause instanceof LockstepError) return cause;
  const call = `${request.verb} ${request.resource}`;
  if (request.signal.aborted) {
    const message = `the API server did not answer ${call} before the deadline`;
    return new LockstepError('DEADLINE_EXCEEDED', message, { cause });
  }
  const code = codeOf(cause);
  if (code === TOO_LARGE) {
    const message = `the API server sent more than ${LARGEST_ANSWER_MIB} MiB to ${call}`;
    return new LockstepError('API_UNEXPECTED', message, { cause });
  }
  return new LockstepError('API_UNREACHABLE', `the API server cannot be reached (${code})`, { cause });
}

/** Whether a call failed because its answer is too large. */
export const isTooLargeError = (error: unknown): boolean =>
  error instanceof LockstepError && codeOf(error.cause) === TOO_LARGE;

/** @param path the path of the list */
export function tooLargeObjectError(
  { resource, path }: Pick<ApiRequest, 'resource' | 'path'>,
  name: string,
): LockstepError {
  const where = namespaceOf(path) === '' ? '' : ` in namespace ${namespaceOf(path)}`;
  const what = `${name} of ${resource}${where} takes more than ${LARGEST_ANSWER_MIB} MiB`;
  return new LockstepError('API_UNEXPECTED', `${what}: make it smaller`);
}

export const endlessListError = (resource: string): LockstepError =>
  new LockstepError(
    'API_UNEXPECTED',
    `the API server forgets its list of ${resource} faster than it sends it`,
  );

export const notJsonError = ({ verb, resource }: NamedCall): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the API server’s answer to ${verb} ${resource} is not JSON`);

/** undici's code for a body of which nothing has come for too long. */
const SILENT = 'UND_ERR_BODY_TIMEOUT';

/** Whether a watch ended because nothing has come for too long. */
export const isSilentWatchError = (error: unknown): boolean =>
  error instanceof LockstepError && codeOf(error.cause) === SILENT;

/** For a watch that broke. */
export const brokenWatchError = (
  call: NamedCall & Pick<ApiRequest, 'signal'>,
  cause: unknown,
): LockstepError =>
  codeOf(cause) === SILENT
    ? new LockstepError(
        'API_UNREACHABLE',
        `the watch of ${call.resource} is silent: its connection may be dead`,
        { cause },
      )
    : callError(call, cause);

export const tooLargeEventError = ({ resource }: NamedCall): LockstepError =>
  new LockstepError(
    'API_UNEXPECTED',
    `an object of ${resource} takes more than ${LARGEST_ANSWER_MIB} MiB: make it smaller`,
  );

/**
 * @param what the object, with its article
 * @param where a JSON Pointer to its field
 */
export const unexpectedFieldError = (what: string, where: string): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the API server sent ${what} with an unexpected ${where}`);

export const noListError = (resource: string): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the API server has no list of ${resource}`);

export const kubeconfigError = (message: string, cause?: unknown, setting?: Setting): LockstepError =>
  new LockstepError('KUBECONFIG_INVALID', message, { cause, setting });
