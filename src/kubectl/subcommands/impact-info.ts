import type { OptionTable } from '../../config/option.ts';
import { repeated, SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = {
  '--filename': {
    value: repeated('file'),
    short: '-f',
    env: false,
    description: 'manifest with the new content, a folder, or - for the standard input; may be repeated',
  },
  '--key': { value: repeated('key'), env: false, description: 'only this key changes; may be repeated' },
  '--delete': { value: SWITCH, env: false, description: 'the source is deleted' },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable;

export const IMPACT = {
  name: 'impact',
  summary: 'Say which workloads would roll at an edit of a ConfigMap or Secret',
  description: [
    'Says which workloads would roll at an edit of a ConfigMap or Secret, when, how many pods, and which would not and',
    'why. It changes nothing.',
  ].join(' '),
  args: '[configmap/NAME | secret/NAME ...]',
  completes: 'sources',
  options: OPTIONS,
  examples: [
    { about: 'Any edit of a ConfigMap', command: 'kubectl lockstep impact configmap/app' },
    { about: 'An edit of one key', command: 'kubectl lockstep impact configmap/app --key LOG_LEVEL' },
    { about: 'The edit that a manifest would make', command: 'kubectl lockstep impact -f app.yaml' },
    { about: 'Before a Secret is deleted', command: 'kubectl lockstep impact secret/db --delete' },
  ],
} as const satisfies CommandInfo;
