import { InvalidArgumentError, Option } from 'commander';
import type { ObjectRef } from '../api/path.ts';

/**
 * An option of the command line that is also an environment variable.
 * @param env the variable's name, without `LOCKSTEP_`
 */
export const option = (flags: string, description: string, env: string): Option =>
  new Option(flags, description).env(`LOCKSTEP_${env}`);

/** A DNS subdomain, as most objects are named. */
export const DNS_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * A parser for an option that names one object.
 * @param kind with its article: `A Secret`
 */
export const namespacedName =
  (kind: string) =>
  (text: string): ObjectRef => {
    const [namespace = '', name = '', ...more] = text.split('/');
    if (more.length === 0 && DNS_NAME.test(namespace) && DNS_NAME.test(name)) return { namespace, name };
    throw new InvalidArgumentError(`${kind} is NAMESPACE/NAME.`);
  };
