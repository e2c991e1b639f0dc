import { EDIT_OPTIONS } from '../../config/edit.ts';
import type { OptionTable } from '../../config/option.ts';
import { SCOPE_OPTIONS } from '../../config/scope.ts';
import { ON_OFF, repeated, SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { ORIGINS } from '../migrate/finding.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';
import { LIST_OPTIONS } from './status-info.ts';

const forFiles = (description: string): string => `with -f, as lockstep is set up: ${description}`;

const OPTIONS = {
  ...LIST_OPTIONS,
  '--filename': {
    value: repeated('file'),
    short: '-f',
    env: false,
    description: 'rewrite manifests, without a cluster: a file, a folder, or -; may be repeated',
  },
  '--recursive': { value: SWITCH, short: '-R', env: false, description: 'also the folders below' },
  '--diff': {
    value: SWITCH,
    env: false,
    description: 'with -f: print the change as a unified diff, instead of the manifests',
  },
  '--inject-default': {
    ...SCOPE_OPTIONS['--inject-default'],
    env: false,
    description: forFiles('what applies to workloads without the label lockstep.dev/inject'),
  },
  '--secrets': { ...SCOPE_OPTIONS['--secrets'], env: false, description: forFiles('Secrets count') },
  '--include': {
    ...SCOPE_OPTIONS['--include'],
    env: false,
    description: forFiles('lockstep.dev/include counts'),
  },
  '--ignore': {
    ...SCOPE_OPTIONS['--ignore'],
    env: false,
    description: forFiles('sources and keys that count for no workload'),
  },
  '--edit': {
    ...EDIT_OPTIONS['--edit'],
    value: ON_OFF,
    default: 'on',
    env: false,
    description: forFiles('edits are followed'),
  },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable;

export const MIGRATE = {
  name: 'migrate',
  summary: 'Say what to write in place of annotations of Reloader, of Wave, or of checksums',
  description: [
    'Finds what Reloader, Wave, or checksums in pod templates ask for, and what these programs have left behind. Says',
    'what to write instead, by which command, what has to stay and why, and what rolls pods. With -f it rewrites',
    'manifests and asks no cluster. It writes neither to a cluster nor to a file. What lockstep does not fully replace',
    'stays. It exits with 0 if there is nothing to migrate, and with 1 if there is; with -f and without --diff, with 0',
    'if it has printed the manifests.',
  ].join(' '),
  args: `${ORIGINS.join('|')} [TYPE[,TYPE] | TYPE/NAME ... | TYPE NAME ...]`,
  completes: ORIGINS,
  options: OPTIONS,
  examples: [
    { about: 'What asks Reloader in the cluster', command: 'kubectl lockstep migrate reloader -A' },
    {
      about: 'The change of your manifests, where Secrets count',
      command: 'kubectl lockstep migrate wave -f manifests -R --secrets on --diff',
    },
    {
      about: 'Checksums of a chart',
      command: 'kubectl lockstep migrate checksum -f chart/templates',
    },
  ],
} as const satisfies CommandInfo;
