import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isRefused } from '../listing.ts';
import type { Session } from '../session.ts';

/** Something that the person may not see. */
export const REFUSED = 'refused';

type Asking = Pick<Session, 'client' | 'signal'>;

/**
 * Reads an object or a list.
 * @returns undefined: there is none. `refused`: the person may not read it
 */
export async function readOr(
  { client, signal }: Asking,
  path: string,
  resource: string,
): Promise<{ readonly body: unknown } | undefined | typeof REFUSED> {
  try {
    const answer = await client.request({ verb: 'get', resource, path, signal });
    return answer.kind === 'found' ? { body: answer.body } : undefined;
  } catch (error) {
    if (isRefused(error) && !signal.aborted) return REFUSED;
    throw error;
  }
}

const isReview = Compile(Type.Object({ status: Type.Object({ allowed: Type.Boolean() }) }));

/** What somebody may do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether a ServiceAccount may do something. `refused`: the person may not ask. */
export async function mayAccount(
  { client, signal }: Asking,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  right: Right,
): Promise<boolean | typeof REFUSED> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: right,
    },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  try {
    const answer = await client.request({
      verb: 'create',
      resource: 'subjectaccessreviews',
      path,
      body,
      signal,
    });
    return answer.kind === 'found' && isReview.Check(answer.body) ? answer.body.status.allowed : REFUSED;
  } catch (error) {
    if (isRefused(error) && !signal.aborted) return REFUSED;
    throw error;
  }
}
