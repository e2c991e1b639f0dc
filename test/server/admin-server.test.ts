import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { adminServer } from '../../src/server/admin-server.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

test('it is alive from the start, and ready while it accepts reviews', async () => {
  let ready = false;
  const app = adminServer(() => ({ ready }), new Registry());
  const answers = async () =>
    Promise.all(['/healthz', '/readyz'].map(async (url) => (await app.inject(url)).statusCode));
  expect(await answers()).toEqual([200, 503]);
  ready = true;
  expect(await answers()).toEqual([200, 200]);
  await app.close();
});

test('it serves its metrics in Prometheus’ format', async () => {
  const metrics = createMetrics();
  metrics.countRefusal('BUSY');
  const app = adminServer(() => ({ ready: true }), metrics.registry);
  const { headers, body } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('lockstep_requests_refused_total{code="BUSY"} 1');
  await app.close();
});
