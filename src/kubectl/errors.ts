import { LockstepError } from '../errors.ts';

/** @param message what is wrong with the command line, and what to write instead */
export const usageError = (message: string): LockstepError => new LockstepError('USAGE', message);

/** @param subject `deployment/web` */
export const noWorkloadError = (subject: string, namespace: string): LockstepError =>
  new LockstepError('NOT_FOUND', `${subject} does not exist in namespace "${namespace}"`);

/** @param subject `deployment/web` */
export const changedMeanwhileError = (subject: string): LockstepError =>
  new LockstepError('API_REFUSED', `${subject} has changed meanwhile: run the command again`);

/** For a person who may get the workload, and not what keeps its revisions. */
export function hiddenRevisionsError(
  subject: string,
  kind: string | undefined,
  namespace: string,
  cause: unknown,
): LockstepError {
  const what = `you may not list the ${kind}s of namespace "${namespace}"`;
  const message = `${what}, and they keep the revisions of ${subject}: ask for the right to list them`;
  return new LockstepError('API_REFUSED', message, { cause });
}

/** @param there the numbers of the revisions that it has */
export const noRevisionError = (subject: string, number: number, there: readonly number[]): LockstepError =>
  new LockstepError(
    'NOT_FOUND',
    `${subject} has no revision ${number}. It has: ${there.join(', ') || 'none'}`,
  );

/** @param why what is wrong with its revisions */
export const revisionsError = (subject: string, why: string): LockstepError =>
  new LockstepError('NOT_FOUND', `${subject} ${why}`);
