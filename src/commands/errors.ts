import { LockstepError, messageOf } from '../errors.ts';

export const listenError = (option: string, cause: unknown): LockstepError =>
  new LockstepError('CONFIG_INVALID', `${option}: cannot listen: ${messageOf(cause)}`, { cause });

export const noManifestError = (): LockstepError =>
  new LockstepError('CONFIG_INVALID', 'name a file or directory with -f, or -f - for standard input');
