import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { create, server } from '../kit/serving.ts';

test('a refused request is logged and counted by its code, and its answer quotes no value of its body', async () => {
  const metrics = createMetrics();
  const { post, lines } = await server({ metrics });
  const answer = await post('/admission/template', {
    ...create,
    request: { ...create.request, uid: 7, x: 's3cret' },
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toEqual({
    code: 'UID_MISSING',
    message: expect.stringMatching(/^\/request\/uid must be string: /),
  });
  expect(lines.join()).toContain('UID_MISSING');
  expect(lines.join() + answer.body).not.toContain('s3cret');
  expect(await metrics.registry.metrics()).toContain('lockstep_requests_refused_total{code="UID_MISSING"} 1');
});

test.each([
  ['another path', 'POST', '/admission/other', {}, 404, 'PATH_UNKNOWN', undefined],
  ['another method', 'GET', '/admission/template', {}, 405, 'METHOD_NOT_ALLOWED', 'POST'],
  [
    'another type',
    'POST',
    '/admission/template',
    { 'content-type': 'text/plain' },
    415,
    'CONTENT_TYPE_UNSUPPORTED',
  ],
  ['no body', 'POST', '/admission/template', {}, 400, 'BODY_NOT_JSON'],
  ['an invalid query', 'POST', '/admission/template?timeout=1s&timeout=2s', {}, 400, 'QUERY_INVALID'],
] as const)('%s: %s %s', async (_what, method, url, headers, status, code, allow?: string) => {
  const { app } = await server();
  const type = { 'content-type': 'application/json', ...headers };
  const payload = code === 'BODY_NOT_JSON' ? '' : JSON.stringify(create);
  const answer = await app.inject({ method, url, headers: type, ...(method === 'POST' && { payload }) });
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(answer.headers['allow']).toBe(allow);
});

test('requests of a stranger do not flood the log, but all of them are counted', async () => {
  const metrics = createMetrics();
  const { app, lines } = await server({ metrics });
  for (let count = 0; count < 100; count += 1) await app.inject({ method: 'POST', url: '/admission/other' });
  const refused = lines.filter((line) => line.includes('PATH_UNKNOWN'));
  expect(refused.length).toBeGreaterThan(5);
  expect(refused.length).toBeLessThan(50);
  expect(refused[0]).toContain('"client":"127.0.0.1"');
  expect(await metrics.registry.metrics()).toContain(
    'lockstep_requests_refused_total{code="PATH_UNKNOWN"} 100',
  );
});
