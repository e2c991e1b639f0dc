import type { OptionTable } from './option.ts';
import { text } from './value-types.ts';

/** Of every command that talks to a cluster. */
export const KUBECONFIG_OPTIONS = {
  '--kubeconfig': {
    value: text('file'),
    otherwise: 'the Pod’s ServiceAccount, else as kubectl',
    says: 'kubeconfig file',
  },
} as const satisfies OptionTable;
