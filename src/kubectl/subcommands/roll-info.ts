import { duration } from '../../config/duration.ts';
import type { OptionTable } from '../../config/option.ts';
import { oneOf, SWITCH, wholeNumber } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { LIST_OPTIONS } from './status-info.ts';

const OPTIONS = {
  ...LIST_OPTIONS,
  '--drifted': {
    value: SWITCH,
    env: false,
    description: 'all drifted workloads of the namespace, or with -A of all',
  },
  '--concurrency': {
    value: wholeNumber({ least: 1, most: 100, accepts: 'A concurrency is a whole number from 1 to 100.' }),
    default: '3',
    env: false,
    description: 'how many workloads roll at once',
  },
  '--timeout': {
    value: duration({ least: 1_000, accepts: 'A timeout is a duration of at least 1s, for example 10m.' }),
    default: '10m',
    env: false,
    description: 'how long one rollout may take',
  },
  '--keep-going': { value: SWITCH, env: false, description: 'begin further rollouts after one has failed' },
  '--dry-run': {
    value: oneOf(['none', 'client', 'server']),
    default: 'none',
    env: false,
    description: 'client: say what would roll; server: also send the requests as dry runs',
  },
  '--yes': { value: SWITCH, short: '-y', env: false, description: 'do not ask' },
} as const satisfies OptionTable;

export const ROLL = {
  name: 'roll',
  summary: 'Bring workloads into step now, a few at a time',
  description: [
    'Brings workloads into step with their configuration now, a few at a time, and waits for each rollout.',
    'Workloads that are in step do not roll. It stops at the first rollout that fails.',
  ].join(' '),
  args: '(TYPE/NAME ... | TYPE NAME ... | --drifted)',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'One workload', command: 'kubectl lockstep roll deploy/web' },
    {
      about: 'What would roll in the whole cluster',
      command: 'kubectl lockstep roll --drifted -A --dry-run=client',
    },
    {
      about: 'All drifted workloads, five at a time',
      command: 'kubectl lockstep roll --drifted --concurrency 5',
    },
  ],
} as const satisfies CommandInfo;
