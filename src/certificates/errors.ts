import { LockstepError, messageOf, type Setting } from '../errors.ts';

type FileSetting = Extract<Setting, 'certFile' | 'keyFile' | 'clientCaFile'>;

const fileError = (setting: FileSetting, message: string, cause?: unknown): LockstepError =>
  new LockstepError('CERTIFICATE_INVALID', message, { cause, setting });

export const unreadableFileError = (setting: FileSetting, file: string, cause: unknown): LockstepError =>
  fileError(setting, `cannot read ${file}: ${messageOf(cause)}`, cause);

/** It carries no cause, because that may quote the file. */
export const notPemError = (setting: FileSetting, file: string): LockstepError =>
  fileError(setting, `${file} is not valid PEM for this use`);

/** It carries no cause, because that may quote the file. */
export function notAuthoritiesError(file: string): LockstepError {
  const what = `${file} does not hold certificates of authorities, in PEM, and nothing else`;
  return fileError(
    'clientCaFile',
    `${what}: set it to the CA that signs the API server’s client certificate`,
  );
}

export const notItsKeyError = (keyFile: string, certFile: string): LockstepError =>
  fileError('keyFile', `${keyFile} is not the key of ${certFile}`);

/** @param time the time in the certificate's own notation */
export const notYetValidError = (certFile: string, time: string): LockstepError =>
  fileError(
    'certFile',
    `${certFile} is not valid before ${time}. Correct the clock of its issuer, or that of this node`,
  );

export const wrongClockError = (step: string): LockstepError =>
  new LockstepError(
    'CLOCK_WRONG',
    `the step ${step} is due, and another replica must take it: the clock here differs from the API server’s ` +
      'by more than two minutes. Correct the clock of this node (NTP)',
  );

export const expiredError = (certFile: string, time: string): LockstepError =>
  fileError('certFile', `${certFile} expired at ${time}`);
