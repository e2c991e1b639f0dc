import { LockstepError, messageOf, type Setting } from '../errors.ts';

type FileSetting = Extract<Setting, 'certFile' | 'keyFile'>;

const fileError = (setting: FileSetting, message: string, cause?: unknown): LockstepError =>
  new LockstepError('CERTIFICATE_INVALID', message, { cause, setting });

export const unreadableFileError = (setting: FileSetting, file: string, cause: unknown): LockstepError =>
  fileError(setting, `cannot read ${file}: ${messageOf(cause)}`, cause);

/** It carries no cause, because that may quote the file. */
export const notPemError = (setting: FileSetting, file: string): LockstepError =>
  fileError(setting, `${file} is not valid PEM for this use`);

export const notItsKeyError = (keyFile: string, certFile: string): LockstepError =>
  fileError('keyFile', `${keyFile} is not the key of ${certFile}`);

/** @param time the time in the certificate's own notation */
export const expiredError = (certFile: string, time: string): LockstepError =>
  fileError('certFile', `${certFile} expired at ${time}`);
