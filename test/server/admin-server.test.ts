import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { adminServer } from '../../src/server/admin-server.ts';
import { ADMIN_LIMITS } from '../../src/server/bounds.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { exchangeTcp } from '../kit/raw-http.ts';

const READY = { listening: () => true };

test('it is alive from the start, and ready while it accepts reviews', async () => {
  let ready = false;
  const app = adminServer({ listening: () => ready }, createMetrics());
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
  const app = adminServer(READY, metrics);
  const { headers, body } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('lockstep_requests_refused_total{code="BUSY"} 1');
  await app.close();
});

test('it serves exemplars to a scraper that can read them, in OpenMetrics', async () => {
  const metrics = createMetrics();
  const review = {
    webhook: 'template',
    decision: 'write',
    reason: 'drifted',
    mode: 'enforce',
    seconds: 0.003,
    dryRun: false,
    warnings: 1,
  };
  metrics.observeReview({ ...review, traceId: '0af7651916cd43dd8448eb211c80319c' });
  const app = adminServer(READY, metrics);
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
  const { headers, body } = await app.inject({ url: '/metrics', headers: { accept } });
  expect(headers['content-type']).toMatch(/^application\/openmetrics-text/);
  expect(body).toMatch(
    /lockstep_review_duration_seconds_bucket{.*} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.003/,
  );
  expect(body).toContain('lockstep_build_info{');
  expect(body.trimEnd()).toMatch(/# EOF$/);
  expect((await app.inject('/metrics')).body).not.toContain('trace_id');
  await app.close();
});

describe('a client that nobody knows', () => {
  async function startServer() {
    const app = adminServer(READY, createMetrics());
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    return { app, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
  }

  /** The status that a probe gets, over a connection of its own, as the kubelet's. */
  async function probe(port: number, path: string, localAddress: string): Promise<number | undefined> {
    const [response] = await once(
      get({ port, path, host: '127.0.0.1', localAddress, agent: false }),
      'response',
    );
    response.resume();
    return response.statusCode;
  }

  test('does not keep the probes out with 3,000 half requests', async () => {
    const { app, port } = await startServer();
    const sockets: Socket[] = [];
    for (let round = 0; round < 30; round += 1) {
      const dialled = Array.from({ length: 100 }, () =>
        connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }).on('error', () => undefined),
      );
      await Promise.all(dialled.map((socket) => once(socket, 'connect')));
      for (const socket of dialled) socket.write('GET /healthz HTTP/1.1\r\nhost: l\r\n');
      sockets.push(...dialled);
      expect(await probe(port, '/healthz', '127.0.0.3')).toBe(200);
    }
    // From the same address, as behind a source NAT.
    expect(await probe(port, '/healthz', '127.0.0.2')).toBe(200);
    const { promise, resolve } = Promise.withResolvers<number>();
    app.server.getConnections((_error, count) => resolve(count));
    expect(await promise).toBeLessThanOrEqual(ADMIN_LIMITS.connections);
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  test.each([
    ['a body', 'GET /metrics HTTP/1.1\r\nhost: l\r\ncontent-length: 1000000000\r\n\r\n'],
    ['a body in chunks', 'GET /metrics HTTP/1.1\r\nhost: l\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a body for a path that there is not', 'POST /x HTTP/1.1\r\nhost: l\r\ncontent-length: 9\r\n\r\n'],
  ])('is disconnected when it announces %s', async (_what, head) => {
    const { app, port } = await startServer();
    const answer = await exchangeTcp(port, Buffer.from(head));
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*connection: close/s);
    await app.close();
  });

  test('gets one answer at a time', async () => {
    const { app, port } = await startServer();
    const request = 'GET /metrics HTTP/1.1\r\nhost: l\r\n\r\n';
    const answers = await exchangeTcp(port, Buffer.from(request.repeat(50)));
    expect(answers.match(/HTTP\/1\.1 \d{3}/g)?.slice(0, 2)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    await app.close();
  });

  test('that sends half a request is disconnected soon', async () => {
    const { app, port } = await startServer();
    const started = performance.now();
    await exchangeTcp(port, Buffer.from('GET /healthz HTTP/1.1\r\nhost: l\r\n'));
    const { idleMs, checkMs } = ADMIN_LIMITS;
    expect(performance.now() - started).toBeLessThan(idleMs + 3 * checkMs);
    await app.close();
  }, 15_000);
});
