import type { CommandInfo } from '../command.ts';
import { CHANGE_OPTIONS } from './undo-info.ts';

export const RELEASE = {
  name: 'release',
  summary: 'End a hold: a workload goes forward to the configuration of today',
  description: [
    'Ends the hold of a workload whose rollout was undone. Its pods roll to the configuration of today. It says first',
    'what rolls.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: CHANGE_OPTIONS,
  examples: [
    { about: 'What would roll', command: 'kubectl lockstep release deploy/web --dry-run=server' },
    { about: 'End the hold, and wait', command: 'kubectl lockstep release deploy/web --yes --wait' },
  ],
} as const satisfies CommandInfo;
