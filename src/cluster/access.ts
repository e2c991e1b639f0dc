import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import type { Access } from '../assessments/ask.ts';
import type { Caller } from '../assessments/caller.ts';

const decode = decoder(
  Type.Object({ status: Type.Object({ allowed: Type.Boolean() }) }),
  'a SubjectAccessReview',
);

/** Asks the API server's authorizers whether somebody may do something. */
export async function isAllowed(
  client: ApiClient,
  { user, uid, groups, extra }: Caller,
  attributes: { readonly resourceAttributes: object } | { readonly nonResourceAttributes: object },
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await client.request({
    verb: 'create',
    resource: 'subjectaccessreviews',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, ...(uid !== undefined && { uid }), groups, extra, ...attributes },
    },
    signal,
  });
  return answer.kind === 'found' && decode(answer.body).status.allowed;
}

/** Nothing is remembered: a right that is taken away is gone at once. */
export const access = (client: ApiClient): Access => ({
  mayGet(caller, { kind, namespace, name }, signal) {
    const { group, version, resource } = kind;
    const resourceAttributes = { verb: 'get', group, version, resource, namespace, name };
    return isAllowed(client, caller, { resourceAttributes }, signal);
  },
});
