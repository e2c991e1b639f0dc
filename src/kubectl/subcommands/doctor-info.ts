import type { OptionTable } from '../../config/option.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = { ...OUTPUT_OPTIONS } as const satisfies OptionTable;

export const DOCTOR = {
  name: 'doctor',
  summary: 'Find out why pods do not see a change, or what is wrong with lockstep',
  description: [
    'With a workload: runs the checklist for a pod that does not see its configuration.',
    'Without one: checks lockstep itself.',
    'It writes nothing, and reads no Secret.',
  ].join(' '),
  args: '[TYPE/NAME | TYPE NAME]',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    {
      about: 'Why do the pods of a Deployment not see my change?',
      command: 'kubectl lockstep doctor deploy/web',
    },
    { about: 'Is lockstep itself well?', command: 'kubectl lockstep doctor' },
  ],
} as const satisfies CommandInfo;
