import type { OptionTable } from '../../config/option.ts';
import { SWITCH, wholeNumber } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = {
  ...OUTPUT_OPTIONS,
  '--exec': {
    value: SWITCH,
    env: false,
    description: 'compare what running containers hold with what is there now; it runs cat in them',
  },
  '--logs': {
    value: SWITCH,
    env: false,
    description: 'print the last lines of containers that crash or are not ready; they may hold secrets',
  },
  '--max-pods': {
    value: wholeNumber({
      least: 1,
      most: 1000,
      accepts: 'A number of pods is a whole number from 1 to 1000.',
    }),
    default: '10',
    env: false,
    description: 'how many pods --exec looks into',
  },
} as const satisfies OptionTable;

export const DOCTOR = {
  name: 'doctor',
  summary: 'Find out why pods do not see a change, or what is wrong with lockstep',
  description: [
    'With a workload: runs the checklist for a pod that does not see its configuration.',
    'Without one: checks lockstep itself.',
    'It writes nothing, and reads no Secret. With --exec it runs cat in containers, and prints no value.',
  ].join(' '),
  args: '[TYPE/NAME | TYPE NAME]',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    {
      about: 'Why do the pods of a Deployment not see my change?',
      command: 'kubectl lockstep doctor deploy/web',
    },
    {
      about: 'Do its running containers hold what is there now?',
      command: 'kubectl lockstep doctor deploy/web --exec',
    },
    {
      about: 'Why do its containers crash?',
      command: 'kubectl lockstep doctor deploy/web --logs',
    },
    { about: 'Is lockstep itself well?', command: 'kubectl lockstep doctor' },
  ],
} as const satisfies CommandInfo;
