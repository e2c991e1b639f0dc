import type { Caller } from '../kit/caller.ts';
import { type Deed, pathOf } from './attack/tenant.ts';
import type { Fault } from './checker/fault.ts';

const messageIn = (body: unknown): string => String(Reflect.get(Object(body), 'message') ?? '').slice(0, 300);

/**
 * etcd takes 1.5 MiB, and its client sends 2 MiB at most. Each says so in its own words. A dry run never comes to
 * either, so it cannot tell whether such an object is valid.
 */
const isTooLargeForEtcd = (message: string): boolean =>
  ['request is too large', 'trying to send message larger than max'].some((words) => message.includes(words));

/**
 * Sends each Deployment that was refused once more, as a dry run where lockstep is not called. If it succeeds
 * there, lockstep was in the way.
 * @param twin a namespace that lockstep is kept out of
 */
export async function inTheWay(
  admin: Caller,
  twin: string,
  namespace: string,
  deeds: readonly Deed[],
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { refused, answer } of deeds) {
    if (refused === undefined || !answer) continue;
    const again = await admin('POST', `${pathOf(twin, 'deployments')}?dryRun=All`, renamed(refused));
    if (again.status >= 300 || isTooLargeForEtcd(messageIn(answer.body))) continue;
    const why = `status ${answer.status}: ${messageIn(answer.body)}`;
    const message = `a Deployment was refused that is valid without lockstep, ${why}`;
    faults.push({ rule: 'Not in the way', namespace, message });
  }
  return faults;
}

/** The twin namespace has a Deployment `web` of its own. */
function renamed(object: unknown): unknown {
  const metadata = Object(Reflect.get(Object(object), 'metadata'));
  return { ...Object(object), metadata: { ...metadata, name: 'twin' } };
}
