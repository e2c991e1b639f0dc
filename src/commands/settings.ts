import { LockstepError, messageOf, restatedError, type Setting } from '../errors.ts';

/** The option of each setting. */
const OPTIONS: Readonly<Record<Setting, string>> = {
  kubeconfig: '--kubeconfig',
  certFile: '--tls-cert-file',
  keyFile: '--tls-private-key-file',
  clientCaFile: '--client-ca-file',
  certificateSecret: '--certificate-secret',
  lease: '--lease',
};

/** The message of an error, with the option in front that the error is about. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof LockstepError) || error.setting === undefined) return message;
  return `${OPTIONS[error.setting]}: ${message}`;
}

/** The same error with a message that names the option. */
export function optionError(error: unknown): unknown {
  if (!(error instanceof LockstepError) || error.setting === undefined) return error;
  return restatedError(error, reasonOf(error));
}
