import { isAllowed } from '../../cluster/access.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';

/** Something that the person may not see. */
export const REFUSED = 'refused';

type Asking = Pick<Session, 'client' | 'signal'>;

/**
 * Reads an object or a list.
 * @returns undefined: there is none. `refused`: the person may not read it
 */
export function readOr(
  { client, signal }: Asking,
  path: string,
  resource: string,
): Promise<{ readonly body: unknown } | undefined | typeof REFUSED> {
  const read = async () => {
    const answer = await client.request({ verb: 'get', resource, path, signal });
    return answer.kind === 'found' ? { body: answer.body } : undefined;
  };
  return unlessForbidden({ signal }, read, REFUSED);
}

/** What somebody may do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether a ServiceAccount may do something. `refused`: the person may not ask. */
export function mayAccount(
  { client, signal }: Asking,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  right: Right,
): Promise<boolean | typeof REFUSED> {
  const account = {
    user: `system:serviceaccount:${namespace}:${name}`,
    uid: undefined,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {},
  };
  const ask = () => isAllowed(client, account, { resourceAttributes: right }, signal);
  return unlessForbidden({ signal }, ask, REFUSED);
}
