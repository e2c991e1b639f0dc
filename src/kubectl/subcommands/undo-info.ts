import { duration } from '../../config/duration.ts';
import type { OptionTable } from '../../config/option.ts';
import { oneOf, SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { REVISION } from './why-info.ts';

/** Options of commands that change one workload. */
export const CHANGE_OPTIONS = {
  '--dry-run': {
    value: oneOf(['none', 'client', 'server']),
    default: 'none',
    env: false,
    description: 'client: send nothing; server: send the request as a dry run, which lockstep answers, too',
  },
  '--yes': { value: SWITCH, short: '-y', env: false, description: 'do not ask' },
  '--wait': { value: SWITCH, env: false, description: 'wait until the rollout ends' },
  '--timeout': {
    value: duration({ least: 1_000, accepts: 'A timeout is a duration of at least 1s, for example 10m.' }),
    default: '10m',
    env: false,
    description: 'how long to wait',
  },
} as const satisfies OptionTable;

const OPTIONS = {
  '--to-revision': {
    value: REVISION,
    env: false,
    description: 'the revision to go back to. Default: the one before',
  },
  ...CHANGE_OPTIONS,
} as const satisfies OptionTable;

export const UNDO = {
  name: 'undo',
  summary: 'Go back to an earlier revision, and say first whether its configuration comes back',
  description: [
    'Does what kubectl rollout undo does, and says first what lockstep makes of it: whether the configuration that the',
    'revision had comes back, or only its template.',
  ].join(' '),
  args: 'TYPE/NAME',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'What an undo would bring back', command: 'kubectl lockstep undo deploy/web --dry-run=server' },
    { about: 'Back to revision 3', command: 'kubectl lockstep undo deploy/web --to-revision 3' },
  ],
} as const satisfies CommandInfo;
