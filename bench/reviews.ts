import { Client } from 'undici';

/** The body of a review. */
export const reviewOf = (request: object): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'bench', ...request },
  });

/** What the API server says of a call on a Deployment beside the objects. */
export const ON_DEPLOYMENTS = {
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  userInfo: { username: 'bench', groups: ['system:authenticated'] },
};

/** The update of a Deployment that changes nothing. */
export const updateOf = (namespace: string, name: string, object: object): string =>
  reviewOf({ ...ON_DEPLOYMENTS, namespace, name, operation: 'UPDATE', object, oldObject: object });

/** A scale-up by one. */
export function scaleUpOf(namespace: string, name: string): string {
  const scale = (replicas: number) => ({ metadata: { name }, spec: { replicas } });
  return reviewOf({
    ...ON_DEPLOYMENTS,
    subResource: 'scale',
    namespace,
    name,
    operation: 'UPDATE',
    object: scale(5),
    oldObject: scale(4),
  });
}

/**
 * A connection to a webhook of the benchmark. Its certificate is of this run, for 127.0.0.1.
 * @param ca PEM
 */
export const connectTo = (origin: string, ca: string): Client =>
  new Client(origin, { connect: { ca, checkServerIdentity: () => undefined } });

/** Sends a review. Resolves with the text of its answer. @throws Error if it is not allowed */
export async function post(client: Client, path: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await client.request({ method: 'POST', path, headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.includes('"allowed":true'))
    throw new Error(`${path}: ${answer.statusCode} ${text}`);
  return text;
}
