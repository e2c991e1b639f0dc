import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { render, type Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { customResourceDefinitions } from './crds.ts';
import { EVERYTHING_SET, HOST_NETWORK } from './everything-set.ts';
import { VARIANTS } from './variants.ts';

// A release and a namespace of its own, so that other tests' installations do not matter.
const RELEASE = 'chart-test';

beforeAll(async () => {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: RELEASE,
      labels: {
        'lockstep.dev/inject': 'disabled',
        // The API server then warns about each pod template that violates the restricted standard.
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  };
  await useCluster().kubectlOk(['apply', '-f', '-'], { input: JSON.stringify(namespace) });
});

const CUSTOM = Object.keys(VARIANTS).filter((name) => /cert-manager$|Monitor$|PrometheusRule$/.test(name));
let crds: readonly string[] | undefined;

beforeAll(async () => {
  crds = await customResourceDefinitions();
  for (const path of crds ?? []) await useCluster().kubectlOk(['create', '-f', path]);
  // The API server serves the new kinds only after it has seen them itself.
  if (crds === undefined) return;
  const kinds = [
    'certificates.cert-manager.io',
    'servicemonitors.monitoring.coreos.com',
    'prometheusrules.monitoring.coreos.com',
  ];
  await eventually(() => useCluster().kubectlOk(['get', kinds.join(), '--all-namespaces']), {
    what: 'the custom resources',
  });
}, 300_000);

afterAll(async () => {
  for (const path of crds ?? []) await useCluster().kubectlOk(['delete', '--ignore-not-found', '-f', path]);
});

/** Sends a variant to the API server in a dry run. Strict: an unknown field is an error. */
async function dryRun(values: Values): Promise<{ exitCode: number; stderr: string }> {
  const args = ['apply', '--dry-run=server', '--validate=strict', '-f', '-'];
  const { exitCode, stderr } = await useCluster().kubectl(args, { input: await render(values, RELEASE) });
  return { exitCode, stderr };
}

const SILENCE = { exitCode: 0, stderr: '' };

describe.concurrent('the API server accepts, without a warning, what the chart renders', () => {
  const known = Object.entries(VARIANTS).filter(([name]) => !CUSTOM.includes(name));
  test.each(known)('%s', async (_, values) => {
    expect(await dryRun(values)).toEqual(SILENCE);
  });

  test.each([...CUSTOM, 'everything set'])('by the schemas of custom resources: %s', async (name) => {
    if (crds === undefined) throw new Error('Go is needed to fetch the CustomResourceDefinitions');
    expect(await dryRun(VARIANTS[name] ?? EVERYTHING_SET)).toEqual(SILENCE);
  });

  test('with hostNetwork, and warns only that this is not restricted', async () => {
    const { exitCode, stderr } = await dryRun(HOST_NETWORK);

    expect(exitCode).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(
      'would violate PodSecurity "restricted:latest": host namespaces (hostNetwork=true)',
    );
  });
});

describe.concurrent('a field that the chart’s schema does not check', () => {
  test.each<[string, Values]>([
    ['spec.template.spec.affinity.nodeAffinity.preferd', { affinity: { nodeAffinity: { preferd: [] } } }],
    ['spec.template.spec.volumes[0].configmap', { extraVolumes: [{ name: 'ca', configmap: {} }] }],
  ])('is refused by the API server by its name: %s', async (path, values) => {
    const { exitCode, stderr } = await dryRun(values);

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`unknown field "${path}"`);
  });
});
