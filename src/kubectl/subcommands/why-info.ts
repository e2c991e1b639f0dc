import type { OptionTable } from '../../config/option.ts';
import { wholeNumber } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

/** The number of a revision, as controllers count them. */
export const REVISION = wholeNumber({
  least: 1,
  most: Number.MAX_SAFE_INTEGER,
  accepts: 'A revision is a whole number from 1, as kubectl lockstep history lists them.',
});

const OPTIONS = {
  ...OUTPUT_OPTIONS,
  '--revision': {
    value: REVISION,
    env: false,
    description: 'the revision to explain. Default: the present one',
  },
} as const satisfies OptionTable;

export const WHY = {
  name: 'why',
  summary: 'Say what made a revision of a workload: which source, who edited it, who made the call',
  description: [
    'Says why the pods of a workload have rolled: what differs from the revision before, who has edited its sources,',
    'and who has made the call. It says of each answer how certain it is.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'Why all pods have rolled', command: 'kubectl lockstep why deploy/web' },
    { about: 'What made revision 3', command: 'kubectl lockstep why deploy/web --revision 3' },
  ],
} as const satisfies CommandInfo;
