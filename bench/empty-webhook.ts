import { readFileSync } from 'node:fs';
import fastify from 'fastify';

/** A webhook that allows everything. It shows what HTTPS, fastify and JSON cost by themselves. */
const [certFile = '', keyFile = ''] = process.argv.slice(2);
const app = fastify({
  https: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
  bodyLimit: 7 * 1024 * 1024,
});

app.post<{ Body: { request: { uid: string } } }>('/', (call) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: call.body.request.uid, allowed: true },
}));

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
process.once('SIGTERM', () => void app.close());
