import { InvalidArgumentError } from 'commander';
import type { ObjectRef } from '../api/path.ts';
import { isDnsLabel, isDnsSubdomain } from '../dns-names.ts';
import type { ValueType } from './option.ts';

/**
 * The namespace and name of one object.
 * @param kind with its article: `A Secret`
 */
export const namespacedName = (kind: string): ValueType<ObjectRef> => ({
  valueName: 'namespace/name',
  parse(given) {
    const [namespace = '', name = '', ...more] = given.split('/');
    if (more.length === 0 && isDnsSubdomain(namespace) && isDnsSubdomain(name)) return { namespace, name };
    throw new InvalidArgumentError(`${kind} is NAMESPACE/NAME.`);
  },
});

/**
 * Names with commas between them. An empty text holds one name, the empty one.
 * @param refusalOf what is wrong with a name that is not accepted
 */
export const namesOf = (
  accepts: (name: string) => boolean,
  refusalOf: (wrong: string) => string,
): ValueType<readonly string[]> => ({
  valueName: 'list',
  parse(given) {
    const names = given.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !accepts(name));
    if (wrong === undefined) return names;
    throw new InvalidArgumentError(refusalOf(wrong));
  },
});

export const DNS_NAMES = namesOf(isDnsSubdomain, (wrong) => `"${wrong}" is not a DNS name.`);

export const NAMESPACE: ValueType<string> = {
  valueName: 'name',
  parse(given) {
    if (isDnsLabel(given)) return given;
    throw new InvalidArgumentError('A namespace is a name of lower-case letters, digits and hyphens.');
  },
};
