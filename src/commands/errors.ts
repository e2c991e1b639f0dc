import { LockstepError, messageOf } from '../errors.ts';

export const listenError = (option: string, cause: unknown): LockstepError =>
  new LockstepError('CONFIG_INVALID', `${option}: cannot listen: ${messageOf(cause)}`, { cause });
