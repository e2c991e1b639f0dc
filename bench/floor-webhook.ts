import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import { Pool } from 'undici';
import { connect } from '../src/api/connect.ts';
import { credentialSource } from '../src/api/credentials.ts';
import { METADATA_ONLY } from '../src/api/request.ts';

/**
 * Webhooks that allow everything, and check nothing. They show what HTTPS, fastify and JSON cost by themselves (`/empty`),
 * and with bare reads of metadata: `/gets/N` reads N ConfigMaps at once. `/whole` reads a ConfigMap with
 * its data, `/workload` a Deployment, `/workload-and-get` both at once.
 * A program that asks the API server in each review cannot be faster.
 */
const [certFile = '', keyFile = '', kubeconfig = ''] = process.argv.slice(2);
const { server, tls, headers } = await credentialSource(
  connect({ kubeconfig }, process.env).kubeconfig,
).current();
const pool = new Pool(server, { connect: tls, connections: 128, pipelining: 1 });

async function get(path: string, accept = METADATA_ONLY): Promise<void> {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path,
    headers: { ...headers, accept },
  });
  await body.json();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
}

interface Review {
  readonly Body: {
    readonly request: { readonly uid: string; readonly namespace: string; readonly name: string };
  };
}
type Request = Review['Body']['request'];

const allow = ({ uid }: Request) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid, allowed: true },
});
/** The ConfigMaps of a workload `web` are `web-0`, `web-1` and so on. */
const sourceOf = ({ namespace, name }: Request, i: number) =>
  `/api/v1/namespaces/${namespace}/configmaps/${name}-${i}`;

const app = fastify({
  https: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
  bodyLimit: 7 * 1024 * 1024,
});
app.post<Review>('/empty', ({ body: { request } }) => allow(request));
app.post<Review & { Params: { count: string } }>('/gets/:count', async ({ body: { request }, params }) => {
  await Promise.all(Array.from({ length: Number(params.count) }, (_, i) => get(sourceOf(request, i))));
  return allow(request);
});
app.post<Review>('/whole', async ({ body: { request } }) => {
  await get(sourceOf(request, 0), 'application/json');
  return allow(request);
});
const getWorkload = ({ namespace, name }: Request) =>
  get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name.split('-', 1)[0]}`, 'application/json');
app.post<Review>('/workload', async ({ body: { request } }) => {
  await getWorkload(request);
  return allow(request);
});
app.post<Review>('/workload-and-get', async ({ body: { request } }) => {
  await Promise.all([getWorkload(request), get(sourceOf(request, 0))]);
  return allow(request);
});

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
process.once('SIGTERM', () => void app.close().then(() => pool.close()));
