import type { OptionTable } from '../../config/option.ts';
import { SWITCH, text } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

/** Which objects a command that lists them asks for. */
export const LIST_OPTIONS = {
  '--all-namespaces': { value: SWITCH, short: '-A', env: false, description: 'workloads of all namespaces' },
  '--selector': { value: text('labels'), short: '-l', env: false, description: 'label selector: app=web' },
} as const satisfies OptionTable;

const OPTIONS = {
  ...LIST_OPTIONS,
  ...OUTPUT_OPTIONS,
  '--watch': {
    value: SWITCH,
    short: '-w',
    env: false,
    description: 'print a line for each change, until Ctrl-C',
  },
  '--drifted': { value: SWITCH, env: false, description: 'only workloads that are drifted or waiting' },
} as const satisfies OptionTable;

export const STATUS = {
  name: 'status',
  summary: 'Say which workloads are in step, drifted, held or waiting',
  description:
    'Says which workloads are in step with their configuration, and what the next scale-up would do to the others.',
  args: '[TYPE[,TYPE] | TYPE/NAME ... | TYPE NAME ...]',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'All workloads of the namespace', command: 'kubectl lockstep status' },
    { about: 'All drifted workloads of the cluster', command: 'kubectl lockstep status -A --drifted' },
    { about: 'One workload, with its config hashes', command: 'kubectl lockstep status deploy/web -o wide' },
    { about: 'What moves, as it moves', command: 'kubectl lockstep status -w' },
  ],
} as const satisfies CommandInfo;
