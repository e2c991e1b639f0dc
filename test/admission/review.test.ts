import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import {
  CeilingReview,
  PodReview,
  ReviewQuery,
  ScaleReview,
  TemplateReview,
} from '../../src/admission/review.ts';
import { deployment } from '../kit/deployments.ts';

const [template, scale, ceiling, pod, query] = [
  Compile(TemplateReview),
  Compile(ScaleReview),
  Compile(CeilingReview),
  Compile(PodReview),
  Compile(ReviewQuery),
];
const reviewOf = (request: object, rest: object = {}) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u1', namespace: 'shop', operation: 'UPDATE', ...request },
  ...rest,
});

describe('a review', () => {
  test('is accepted with unknown fields, and without optional ones', () => {
    const object = { ...deployment({}), status: null };
    const userInfo = { username: 'kubernetes-admin' };
    expect(template.Check(reviewOf({ object, oldObject: null, dryRun: null, userInfo, options: {} }))).toBe(
      true,
    );
    expect(template.Check(reviewOf({ object, operation: 'CREATE' }))).toBe(true);
  });

  test.each<[string, object]>([
    ['of another version', reviewOf({ object: deployment({}) }, { apiVersion: 'admission.k8s.io/v1beta1' })],
    ['without a uid', reviewOf({ object: deployment({}), uid: '' })],
    ['without a namespace', reviewOf({ object: deployment({}), namespace: '' })],
    ...['..', '.', 'a/b', 'a.b', 'Shop', 'a?x=1', 'a%2fb', '-a', 'n'.repeat(64)].map(
      (namespace): [string, object] => [
        `of a namespace that cannot exist: ${namespace}`,
        reviewOf({ object: deployment({}), namespace }),
      ],
    ),
    ['of a delete', reviewOf({ object: deployment({}), operation: 'DELETE' })],
    ['without an object', reviewOf({ oldObject: deployment({}) })],
    [
      'of a template that cannot be read',
      reviewOf({ object: { ...deployment({}), spec: { template: [] } } }),
    ],
  ])('is refused: %s', (_what, body) => {
    expect(template.Check(body)).toBe(false);
  });
});

test('a Scale has a name, and no number of replicas if it is 0', () => {
  expect(scale.Check(reviewOf({ object: { metadata: { name: 'web' }, spec: {} } }))).toBe(true);
  expect(scale.Check(reviewOf({ object: { metadata: { name: 'web' } } }))).toBe(true);
  expect(scale.Check(reviewOf({ object: { metadata: {}, spec: { replicas: 2 } } }))).toBe(false);
  expect(scale.Check(reviewOf({ object: { metadata: { name: 'web' }, spec: { replicas: 1.5 } } }))).toBe(
    false,
  );
});

test('ReplicaSets and pods are accepted with their owners', () => {
  const metadata = { name: 'web-1', ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd' }] };
  expect(ceiling.Check(reviewOf({ object: { metadata, spec: { replicas: 2 } } }))).toBe(true);
  expect(pod.Check(reviewOf({ operation: 'CREATE', object: { metadata, spec: { containers: [] } } }))).toBe(
    true,
  );
  expect(pod.Check(reviewOf({ object: { metadata: { ownerReferences: [{ kind: 'Deployment' }] } } }))).toBe(
    false,
  );
});

test('the query contains the API server’s timeout, or nothing', () => {
  expect([{ timeout: '5s' }, {}, { timeout: ['1s', '2s'] }].map((of) => query.Check(of))).toEqual([
    true,
    true,
    false,
  ]);
});
