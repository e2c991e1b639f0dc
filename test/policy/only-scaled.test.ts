import { describe, expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import { isOnlyScaled, isOnlyScaledOrPaused } from '../../src/policy/only-scaled.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const REVISION = 'deployment.kubernetes.io/revision';
const before = withMarks(
  deployment({
    labels: { app: 'web' },
    annotations: { note: 'x', [LAST_APPLIED]: '{"replicas":2}', [REVISION]: '3' },
  }),
  { ...NO_MARKS, baseline: '{}' },
);
const onServer = { ...before, status: { observedGeneration: 3 } };

function changed(changes: {
  readonly metadata?: object;
  readonly annotations?: Record<string, string>;
  readonly spec?: object;
}): Deployment {
  const annotations = changes.annotations ?? before.metadata.annotations ?? {};
  return {
    metadata: { ...before.metadata, annotations, ...changes.metadata },
    spec: { ...before.spec, replicas: 5, ...changes.spec },
  };
}

describe('an update only scales', () => {
  test.each<[string, boolean, Deployment]>([
    ['with another number of replicas', true, changed({})],
    [
      'whatever the API server keeps',
      true,
      changed({ metadata: { resourceVersion: '9', generation: 4, uid: 'u', managedFields: [{}] } }),
    ],
    [
      'with another manifest of kubectl apply',
      true,
      changed({ annotations: { note: 'x', [LAST_APPLIED]: '{"replicas":5}' } }),
    ],
    ['with annotations that a replace drops', true, changed({ annotations: { note: 'x' } })],
    ['not with the same number', false, changed({ spec: { replicas: 2 } })],
    ['not with another label', false, changed({ metadata: { labels: { app: 'api' } } })],
    ['not with another annotation', false, changed({ annotations: { note: 'y' } })],
    ['not without an annotation', false, changed({ annotations: {} })],
    ['not if it is paused, too', false, changed({ spec: { paused: true } })],
  ])('%s: %s', (_what, expected, of) => {
    expect(isOnlyScaled(viewOf(onServer), viewOf(of))).toBe(expected);
  });

  test.each<[string, boolean, Deployment]>([
    ['with another number of replicas', true, changed({})],
    ['if it is paused, too', true, changed({ spec: { paused: true } })],
    ['if it is only paused', true, changed({ spec: { replicas: 2, paused: true } })],
    ['not if nothing is changed', false, changed({ spec: { replicas: 2 } })],
    ['not with another annotation', false, changed({ annotations: { note: 'y' } })],
  ])('or pauses, %s: %s', (_what, expected, of) => {
    expect(isOnlyScaledOrPaused(viewOf(onServer), viewOf(of))).toBe(expected);
  });

  test('also down', () => {
    expect(isOnlyScaled(viewOf(changed({})), viewOf(onServer))).toBe(true);
  });
});
