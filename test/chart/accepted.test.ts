import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from '../cluster/use.ts';
import { render } from './helm.ts';
import { VARIANTS } from './variants.ts';

// A release and a namespace of its own: what other tests have installed stays out of it.
const RELEASE = 'chart-test';

beforeAll(async () => {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: RELEASE,
      labels: {
        'lockstep.dev/inject': 'disabled',
        // The API server then warns of every pod template that is not allowed under the restricted standard.
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  };
  await useCluster().kubectlOk(['apply', '-f', '-'], { input: JSON.stringify(namespace) });
});

describe('the API server accepts, without a warning, what the chart renders', () => {
  test.each(Object.entries(VARIANTS))('%s', async (_, values) => {
    const input = await render(values, RELEASE);
    const { exitCode, stderr } = await useCluster().kubectl(['apply', '--dry-run=server', '-f', '-'], {
      input,
    });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
