import { LockstepError } from '../errors.ts';

/** @param message what is wrong with the command line, and what to write instead */
export const usageError = (message: string): LockstepError => new LockstepError('USAGE', message);

/** @param subject `deployment/web` */
export const noWorkloadError = (subject: string, namespace: string): LockstepError =>
  new LockstepError('NOT_FOUND', `${subject} does not exist in namespace "${namespace}"`);
