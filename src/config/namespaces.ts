import { InvalidArgumentError } from 'commander';
import { isDnsLabel } from '../dns-names.ts';
import type { NamespaceScope } from '../policy/scope.ts';
import { configError } from './errors.ts';
import type { OptionTable, Values, ValueType } from './option.ts';

const NAMESPACES: ValueType<readonly string[]> = {
  valueName: 'list',
  parse(given) {
    // A chart, or an empty environment variable, gives an empty list.
    if (given.trim() === '') return [];
    const names = given.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !isDnsLabel(name));
    if (wrong === undefined) return names;
    throw new InvalidArgumentError(`"${wrong}" is not the name of a namespace.`);
  },
};

export const NAMESPACE_OPTIONS = {
  '--excluded-namespaces': {
    value: NAMESPACES,
    default: '',
    description: 'namespaces that lockstep never touches: kube-system,lockstep',
  },
  '--namespaces': {
    value: NAMESPACES,
    default: '',
    description: 'the only namespaces that lockstep acts in; none: all that are not excluded',
  },
} as const satisfies OptionTable;

/** @throws LockstepError CONFIG_INVALID if a namespace is in both lists */
export function namespaceConfig({
  excludedNamespaces: excluded,
  namespaces: only,
}: Values<typeof NAMESPACE_OPTIONS>): NamespaceScope {
  const both = only.find((name) => excluded.includes(name));
  if (both === undefined) return { excluded, only };
  throw configError(`--namespaces: ${both} is also in --excluded-namespaces, so remove it from one of them`);
}
