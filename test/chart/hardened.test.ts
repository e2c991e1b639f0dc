import { describe, expect, test } from 'vitest';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { EVERYTHING_SET, HOST_NETWORK } from './everything-set.ts';
import { INSIDE, PIN } from './variants.ts';

async function deployment(values: Values) {
  const { spec } = (await objects(values)).of('Deployment');
  if (spec?.template.spec === undefined) throw new Error('a Deployment without pods');
  return { ...spec, pod: spec.template.spec, container: spec.template.spec.containers[0] };
}

const OURS = {
  matchLabels: { 'app.kubernetes.io/name': 'lockstep', 'app.kubernetes.io/instance': 'lockstep' },
};

describe('a pod', () => {
  test('has no privilege that it does not need', async () => {
    const { pod, container } = await deployment(INSIDE);

    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.hostNetwork).toBeUndefined();
  });

  test('keeps the other defaults if the user sets one field: Helm merges the values', async () => {
    const { pod } = await deployment(EVERYTHING_SET);

    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  });

  test('has no fixed user if the values take it out, as OpenShift wants it', async () => {
    const { pod } = await deployment({
      ...INSIDE,
      podSecurityContext: { runAsUser: null, runAsGroup: null },
    });

    expect(pod.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  });

  test('with hostNetwork still resolves the names of the cluster', async () => {
    const { pod, container } = await deployment(HOST_NETWORK);

    expect(pod).toMatchObject({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
    expect(container?.ports?.map(({ containerPort }) => containerPort)).toEqual([10443, 10080]);
  });
});

describe('the Deployment', () => {
  test('replaces a pod only after its successor is ready', async () => {
    const { replicas, strategy } = await deployment(INSIDE);

    expect(replicas).toBe(2);
    expect(strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
  });

  test('gives a pod the time to finish its calls', async () => {
    const seconds = async (values: Values) => (await deployment(values)).pod.terminationGracePeriodSeconds;

    // The drain's delay, the longest timeout, a second to read the answer, four for the process.
    expect(await seconds(INSIDE)).toBe(5 + 5 + 1 + 4);
    expect(await seconds({ drainDelaySeconds: 0, webhook: { scale: { timeoutSeconds: 30 } } })).toBe(35);
    expect(await seconds({ ...PIN, webhook: { pod: { timeoutSeconds: 30 } } })).toBe(5 + 30 + 1 + 4);
    expect(await seconds({ terminationGracePeriodSeconds: 40 })).toBe(40);
  });

  test('prefers different nodes and different zones for its pods', async () => {
    const { pod } = await deployment(INSIDE);
    const zone = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: OURS };
    const apart = {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: zone }],
      },
    };

    expect(pod.topologySpreadConstraints).toEqual([
      {
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: OURS,
      },
    ]);
    expect(pod.affinity).toEqual(apart);
    // The user's affinity is added to that, unless it sets podAntiAffinity.
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] };
    expect((await deployment({ affinity: { nodeAffinity } })).pod.affinity).toEqual({
      nodeAffinity,
      ...apart,
    });
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [zone] };
    expect((await deployment({ affinity: { podAntiAffinity } })).pod.affinity).toEqual({ podAntiAffinity });
    expect((await deployment(EVERYTHING_SET)).pod.topologySpreadConstraints?.[0]?.labelSelector).toEqual({
      matchLabels: { any: 'other' },
    });
  });

  test('has a budget of one pod at a time, and a pod that is not ready does not count', async () => {
    const budget = async (podDisruptionBudget: Values) =>
      (await objects({ podDisruptionBudget })).of('PodDisruptionBudget').spec;
    const common = { unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: OURS };

    expect(await budget({})).toEqual({ ...common, maxUnavailable: 1 });
    expect(await budget({ maxUnavailable: '50%' })).toEqual({ ...common, maxUnavailable: '50%' });
    expect(await budget({ minAvailable: 0 })).toEqual({ ...common, minAvailable: 0 });
  });
});
