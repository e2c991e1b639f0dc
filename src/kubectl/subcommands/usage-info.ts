import type { OptionTable } from '../../config/option.ts';
import { SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';

const OPTIONS = {
  '--all-namespaces': { value: SWITCH, short: '-A', env: false, description: 'sources of all namespaces' },
  '--unused': { value: SWITCH, env: false, description: 'only what nothing uses' },
  '--missing': { value: SWITCH, env: false, description: 'only what is referred to and missing' },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable;

export const USAGE = {
  name: 'usage',
  summary: 'Say who uses which ConfigMaps and Secrets, and what nothing uses',
  description: [
    'Says which workloads use a ConfigMap or Secret, and by which keys. Without an argument: of all of the namespace,',
    'also what nothing uses, and what is referred to and missing. It reads no Secret, only which ones exist.',
  ].join(' '),
  args: '[configmap/NAME | secret/NAME ...]',
  completes: 'sources',
  options: OPTIONS,
  examples: [
    { about: 'Who uses a ConfigMap, and where', command: 'kubectl lockstep usage configmap/app' },
    { about: 'All ConfigMaps and Secrets of the namespace', command: 'kubectl lockstep usage' },
    { about: 'What nothing uses', command: 'kubectl lockstep usage --unused' },
    { about: 'What is missing anywhere in the cluster', command: 'kubectl lockstep usage -A --missing' },
  ],
} as const satisfies CommandInfo;
