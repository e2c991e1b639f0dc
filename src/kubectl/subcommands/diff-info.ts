import type { OptionTable } from '../../config/option.ts';
import { SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = {
  '--show-values': {
    value: SWITCH,
    env: false,
    description: 'also print values of ConfigMaps; never of Secrets',
  },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable;

export const DIFF = {
  name: 'diff',
  summary: 'Compare the configuration that the pods of a workload started with to what it is now',
  description: [
    'Compares the configuration at the start of the pods of a workload with what it is now. Keys can be compared where',
    'the pods read copies (lockstep.dev/pin). Else it says which sources changed, and who has written them since. It',
    'exits with 0 if nothing differs, and with 1 if something does.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'Which keys have changed', command: 'kubectl lockstep diff deploy/web' },
    { about: 'With the values of ConfigMaps', command: 'kubectl lockstep diff deploy/web --show-values' },
  ],
} as const satisfies CommandInfo;
