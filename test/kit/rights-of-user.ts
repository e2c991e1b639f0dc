import type { ClusterClient } from '../../lab/control-plane/client.ts';

/** What somebody wants to do: `list configmaps`, `patch apps/deployments`. */
export type Wish = `${string} ${string}`;

/**
 * Whether the API server's authorizer lets a user do something.
 * @param namespace empty: in all namespaces
 */
export async function isAllowed(
  { api }: ClusterClient,
  user: string,
  wish: Wish,
  namespace: string,
): Promise<boolean> {
  const [verb = '', where = ''] = wish.split(' ');
  const [resource = '', group = ''] = where.split('/').reverse();
  const body = { spec: { user, resourceAttributes: { verb, group, resource, namespace } } };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await (await api.open(path, { method: 'POST', body })).json();
  return Reflect.get(Object(Reflect.get(Object(answer), 'status')), 'allowed') === true;
}
