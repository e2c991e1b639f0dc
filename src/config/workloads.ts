import { InvalidArgumentError } from 'commander';
import { DEFAULT_WORKLOADS, WORKLOAD_RESOURCES, type WorkloadResource } from '../policy/kinds-on.ts';
import type { OptionTable, ValueType } from './option.ts';

const WORKLOADS: ValueType<readonly WorkloadResource[]> = {
  valueName: 'list',
  parse(given) {
    const parts = given.split(',').map((part) => part.trim());
    const wrong = parts.find((part) => !WORKLOAD_RESOURCES.some((resource) => resource === part));
    if (wrong === undefined) return WORKLOAD_RESOURCES.filter((resource) => parts.includes(resource));
    const choices = WORKLOAD_RESOURCES.join(', ');
    throw new InvalidArgumentError(
      wrong === ''
        ? `It needs a comma between two of these, and at least one: ${choices}.`
        : `"${wrong}" is not a kind of workload. Allowed choices are ${choices}.`,
    );
  },
};

export const WORKLOAD_OPTIONS = {
  '--workloads': {
    value: WORKLOADS,
    default: DEFAULT_WORKLOADS.join(','),
    description: `kinds of workload that lockstep acts on: ${WORKLOAD_RESOURCES.join(', ')}`,
  },
} as const satisfies OptionTable;
