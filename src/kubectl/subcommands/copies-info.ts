import type { OptionTable } from '../../config/option.ts';
import { SWITCH } from '../../config/value-types.ts';
import type { CommandInfo } from '../command.ts';
import { OUTPUT_OPTIONS } from '../printing/output.ts';
import { LIST_OPTIONS } from './status-info.ts';

const OPTIONS = {
  '--all-namespaces': { ...LIST_OPTIONS['--all-namespaces'], description: 'copies of all namespaces' },
  ...OUTPUT_OPTIONS,
  '--dry-run': { value: SWITCH, env: false, description: 'prune: only say what would be deleted' },
  '--yes': { value: SWITCH, short: '-y', env: false, description: 'prune: do not ask' },
} as const satisfies OptionTable;

export const COPIES = {
  name: 'copies',
  summary: 'List the copies that pods read, or delete those that nothing uses',
  description: [
    'Lists the immutable copies of ConfigMaps and Secrets that the pods of pinned workloads read. "copies prune"',
    'deletes those that lockstep itself would delete now. It asks first.',
  ].join(' '),
  args: '[TYPE/NAME | prune]',
  completes: 'workloads',
  options: OPTIONS,
  examples: [
    { about: 'All copies of the namespace', command: 'kubectl lockstep copies' },
    { about: 'Those of one workload and its revisions', command: 'kubectl lockstep copies deploy/web' },
    { about: 'What could be deleted', command: 'kubectl lockstep copies prune -A --dry-run' },
  ],
} as const satisfies CommandInfo;
