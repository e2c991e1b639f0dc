import type { Values } from './helm.ts';
import { objects } from './rendered.ts';
import { nameOf, type Right, rightsOf } from './rights.ts';

/** All single rights that the chart grants with these values, in whichever role. */
export async function grantedRights(values: Values): Promise<readonly Right[]> {
  const rendered = await objects(values);
  const roles = [...rendered.all('ClusterRole'), ...rendered.all('Role')];
  return roles.flatMap(({ rules = [] }) => rightsOf(rules));
}

/** The rights that the chart grants only with the values `more`. */
export async function addedRights(values: Values, more: Values): Promise<readonly Right[]> {
  const without = new Set((await grantedRights(values)).map(nameOf));
  return (await grantedRights({ ...values, ...more })).filter((right) => !without.has(nameOf(right)));
}
