import { isDnsLabel } from '../dns-names.ts';
import type { NamespaceScope } from '../policy/scope.ts';
import { configError } from './errors.ts';
import { namesOf } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { orNone } from './value-types.ts';

const NAMESPACES = orNone(namesOf(isDnsLabel, (wrong) => `"${wrong}" is not the name of a namespace.`));

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
