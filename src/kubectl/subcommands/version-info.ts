import type { OptionTable } from '../../config/option.ts';
import { SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = {
  '--client': {
    value: SWITCH,
    env: false,
    description: 'only the version of this program; it asks no cluster',
  },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable;

export const VERSION_INFO = {
  name: 'version',
  summary: 'Print the versions of this program, of lockstep and of Kubernetes',
  description:
    'Prints the version of this program, of lockstep in the cluster as its chart has published it, and of Kubernetes.',
  args: '',
  completes: 'nothing',
  options: OPTIONS,
  examples: [
    { about: 'All versions', command: 'kubectl lockstep version' },
    { about: 'Only this program, without a cluster', command: 'kubectl lockstep version --client' },
  ],
} as const satisfies CommandInfo;
