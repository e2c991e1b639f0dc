import { LockstepError } from '../errors.ts';

/** @param message what is wrong with which option, and what it accepts */
export const configError = (message: string, cause?: unknown): LockstepError =>
  new LockstepError('CONFIG_INVALID', message, { cause });
