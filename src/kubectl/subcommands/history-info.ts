import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

export const HISTORY = {
  name: 'history',
  summary: 'Say what changed between the revisions of a workload, and whether their configuration exists',
  description: [
    'Lists the revisions of a workload: what changed against the one before, and whether the configuration that its',
    'pods had can still be had.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: OUTPUT_OPTIONS,
  examples: [
    { about: 'The revisions of a Deployment', command: 'kubectl lockstep history deploy/web' },
    {
      about: 'With their names, and why configuration is gone',
      command: 'kubectl lockstep history deploy/web -o wide',
    },
  ],
} as const satisfies CommandInfo;
