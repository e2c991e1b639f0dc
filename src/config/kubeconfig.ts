import type { OptionTable } from './option.ts';
import { text } from './value-types.ts';

/** The options of every command that calls a cluster. */
export const KUBECONFIG_OPTIONS = {
  '--kubeconfig': {
    value: text('file'),
    defaultMeaning: 'the Pod’s ServiceAccount, else as kubectl',
    description: 'kubeconfig file',
  },
} as const satisfies OptionTable;
