import { LockstepError, messageOf, restatedError, type Setting } from '../errors.ts';

/** What the command line calls a setting. */
const OPTIONS: Readonly<Record<Setting, string>> = {
  kubeconfig: '--kubeconfig',
  certFile: '--tls-cert-file',
  keyFile: '--tls-private-key-file',
  certificateSecret: '--certificate-secret',
  lease: '--pin-lease',
};

/** What an error says, with the option in front that it is about. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof LockstepError) || error.setting === undefined) return message;
  return `${OPTIONS[error.setting]}: ${message}`;
}

/** The same error; its message names the option that it is about. */
export function optionError(error: unknown): unknown {
  if (!(error instanceof LockstepError) || error.setting === undefined) return error;
  return restatedError(error, reasonOf(error));
}
