import { describe, expect, test } from 'vitest';
import type { Sources } from '../../src/in-step/ports.ts';
import { create, never, refused, review, server } from '../kit/serving.ts';

describe('a review', () => {
  test('is answered with its uid and a patch', async () => {
    const { post } = await server();
    const answer = (await post('/admission/template?timeout=5s', create)).json();
    expect(answer.response).toMatchObject({ uid: 'u1', allowed: true, patchType: 'JSONPatch' });
    const patch = JSON.parse(Buffer.from(answer.response.patch, 'base64').toString());
    expect(patch).toEqual([
      {
        op: 'add',
        path: '/spec/template/metadata/annotations',
        value: {
          'lockstep.dev/config-hash': expect.stringMatching(/^v1-[0-9a-f]{64}$/),
          'lockstep.dev/config-sources': '{"configmap/app":"abababababababab"}',
        },
      },
    ]);
    expect(answer.response.auditAnnotations).toMatchObject({ decision: 'write', reason: 'created' });
  });

  test.each<[string, Sources['digest'], string]>([
    [
      'that meets an error is allowed, with the reason',
      refused,
      'deployment/web was not checked: the API server answered 403',
    ],
    [
      'that takes too long is allowed inside its deadline',
      never,
      'deployment/web was not checked: the API server did not answer within 100 ms',
    ],
    [
      'that meets a bug is allowed and tells no internals',
      () => Promise.reject(new TypeError('x of undefined')),
      'deployment/web was not checked: an error inside lockstep, see its log',
    ],
  ])('%s', async (_name, digest, warning) => {
    const { post } = await server({ digest });
    const { response } = (await post('/admission/template', create)).json();
    expect(response).toMatchObject({ uid: 'u1', allowed: true, warnings: [`lockstep: ${warning}`] });
    expect(response.patch).toBeUndefined();
  });
});

describe('a review that cannot be decided', () => {
  const bug = () => Promise.reject(new TypeError('x of undefined'));
  const why = 'deployment/web was not checked: the API server answered 403';

  test.each<[string, 'allow' | 'deny', boolean]>([
    ['/admission/template', 'allow', true],
    ['/admission/template', 'deny', false],
    ['/admission/template/allow', 'deny', true],
    ['/admission/template/deny', 'allow', false],
  ])('at %s, with the default %s: allowed is %s', async (path, onError, allowed) => {
    const { post } = await server({ digest: refused, onError });
    const { response } = (await post(path, create)).json();
    expect(response).toMatchObject({ uid: 'u1', allowed });
    if (allowed) expect(response.warnings).toEqual([`lockstep: ${why}`]);
    else expect(response.status).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
    if (!allowed)
      expect(response.status.message).toMatch(new RegExp(`^${why}; denied, because .*on-error: deny`));
  });

  test('is refused as an internal error if it is a bug', async () => {
    const { post } = await server({ digest: bug });
    const { response } = (await post('/admission/template/deny', create)).json();
    expect(response).toMatchObject({ allowed: false, status: { code: 500, reason: 'InternalError' } });
  });

  test('is let through by the ceiling: capacity comes first', async () => {
    const { post } = await server({ onError: 'deny' });
    const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true };
    const set = (replicas: number) => ({
      metadata: { name: 'web-1', ownerReferences: [controller] },
      spec: { replicas },
    });
    const request = { uid: 'u2', namespace: 'n', operation: 'UPDATE', object: set(3), oldObject: set(2) };
    const { response } = (await post('/admission/ceiling', review(request))).json();
    expect(response).toMatchObject({ uid: 'u2', allowed: true });
    expect(response.warnings[0]).toContain('was not checked');
  });
});

test('an unexpected error is logged with kind and place, without its message', async () => {
  const { post, lines } = await server({ digest: async () => JSON.parse('s3cret') });
  await post('/admission/template', create);
  expect(lines.join()).toContain('SyntaxError');
  expect(lines.join()).not.toContain('s3cret');
});
