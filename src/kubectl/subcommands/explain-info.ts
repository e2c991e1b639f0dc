import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

export const EXPLAIN = {
  name: 'explain',
  summary: 'Say what lockstep makes of a workload: references, keys that count, and the policy in force',
  description: [
    'Says which configuration a workload refers to and where, which keys count and by whose word others do not, when',
    'its sources changed last, and where each part of the policy in force comes from.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: OUTPUT_OPTIONS,
  examples: [
    { about: 'What lockstep makes of a Deployment', command: 'kubectl lockstep explain deploy/web' },
    { about: 'The same as data', command: 'kubectl lockstep explain deploy/web -o yaml' },
  ],
} as const satisfies CommandInfo;
