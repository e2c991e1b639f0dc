import { configError } from './errors.ts';
import { namesOf } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { text } from './value-types.ts';

/** Common names may hold anything, such as `system:apiserver`. */
const CLIENT_NAMES = namesOf(
  (name) => name !== '',
  () => 'It is a list of names, for example kube-apiserver,kube-apiserver-backup.',
);

export const CLIENT_OPTIONS = {
  '--client-ca-file': {
    value: text('file'),
    defaultMeaning: 'everybody may call',
    description:
      'CA of the API server’s client certificate, PEM: nobody else may call; reloaded when it changes',
  },
  '--client-names': {
    value: CLIENT_NAMES,
    neededWith: '--client-ca-file',
    description:
      'common names of client certificates that may call; DNS names of those without a common name',
  },
} as const satisfies OptionTable;

/**
 * Who may call the webhook; undefined if everybody may.
 * @throws LockstepError CONFIG_INVALID, which names the option that is missing
 */
export function clientConfig({ clientCaFile, clientNames }: Values<typeof CLIENT_OPTIONS>) {
  if (clientCaFile === undefined) {
    if (clientNames === undefined) return undefined;
    throw configError('--client-names: has no effect without --client-ca-file, so everybody could call');
  }
  if (clientNames !== undefined) return { caFile: clientCaFile, names: clientNames };
  const why = 'a cluster’s CA also signs the certificates of kubelets and users';
  throw configError(`--client-names: needed with --client-ca-file, because ${why}`);
}
