import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import type { Access } from '../assessments/ask.ts';

const decode = decoder(
  Type.Object({ status: Type.Object({ allowed: Type.Boolean() }) }),
  'a SubjectAccessReview',
);

/** Asks the API server's authorizers. Nothing is remembered: a right that is taken away is gone at once. */
export const access = (client: ApiClient): Access => ({
  async mayGet({ user, uid, groups, extra }, { kind, namespace, name }, signal) {
    const { group, version, resource } = kind;
    const resourceAttributes = { verb: 'get', group, version, resource, namespace, name };
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, ...(uid !== undefined && { uid }), groups, extra, resourceAttributes },
    };
    const answer = await client.request({
      verb: 'create',
      resource: 'subjectaccessreviews',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body,
      signal,
    });
    return answer.kind === 'found' && decode(answer.body).status.allowed;
  },
});
