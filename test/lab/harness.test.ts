import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { untilRolledOut } from '../../lab/control-plane/conditions.ts';
import {
  watchConfigMaps,
  watchDeployments,
  watchPods,
  watchReplicaSets,
} from '../../lab/control-plane/watch.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
const namespace = 'harness';

const deployment = (name: string) =>
  stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'lockstep.dev/config-hash': 'v1-test' } },
        spec: { containers: [{ name: 'app', image: 'example.test/app' }] },
      },
    },
  });

const apply = (manifest: string) => cluster.kubectlOk(['apply', '-f', '-'], { input: manifest });

beforeAll(() => cluster.kubectlOk(['create', 'namespace', namespace]));
afterAll(() => cluster.kubectlOk(['delete', 'namespace', namespace, '--wait=false']));

describe('a Deployment on the control plane', () => {
  test('runs its pods, and the watcher sees each from its first event to the last', async () => {
    const pods = await watchPods(cluster, namespace);
    const replicaSets = await watchReplicaSets(cluster, namespace);

    await apply(deployment('web'));
    await untilRolledOut(cluster, namespace, 'web');
    await pods.until(
      (_, now) => now.filter(({ phase }) => phase === 'Running').length === 2,
      10_000,
      '2 running',
    );
    await cluster.kubectlOk(['delete', 'deployment', 'web', '-n', namespace]);
    await pods.until((events, now) => events.length > 0 && now.length === 0, 10_000, 'no pod');
    await replicaSets.until((_, now) => now.length === 0, 10_000, 'no ReplicaSet');

    const added = pods.events.filter(({ type }) => type === 'ADDED');
    const [replicaSet] = replicaSets.events;
    expect(added).toHaveLength(2);
    expect(new Set(added.map((event) => event.replicaSet))).toEqual(new Set([replicaSet?.name]));
    expect(added.map((event) => event.phase)).toEqual(['Pending', 'Pending']);
    expect(added[0]?.annotations).toEqual({ 'lockstep.dev/config-hash': 'v1-test' });
    expect(pods.events.filter(({ type }) => type === 'DELETED')).toHaveLength(2);
    expect(replicaSet).toMatchObject({ controller: 'web', replicas: 2 });
    expect(replicaSet?.templateAnnotations).toEqual({ 'lockstep.dev/config-hash': 'v1-test' });
    expect(pods.gaps()).toBe(0);
    await Promise.all([pods.stop(), replicaSets.stop()]);
  });

  test('is scaled up by an HPA when its minReplicas is raised', async () => {
    await apply(deployment('elastic'));
    await untilRolledOut(cluster, namespace, 'elastic');
    const deployments = await watchDeployments(cluster, namespace);

    const scale = ['autoscale', 'deployment/elastic', '-n', namespace];
    await cluster.kubectlOk([...scale, '--min=4', '--max=6', '--cpu=50%']);
    await deployments.until((_, now) => now.some(({ replicas }) => replicas === 4), 20_000, '4 replicas');
    await untilRolledOut(cluster, namespace, 'elastic');
    await deployments.stop();

    const by = (await auditEvents(cluster)).filter(
      ({ objectRef, verb }) =>
        objectRef?.subresource === 'scale' && objectRef.name === 'elastic' && verb === 'update',
    );
    expect(by.at(-1)?.user.username).toBe('system:serviceaccount:kube-system:horizontal-pod-autoscaler');
  });
});

describe('a watcher', () => {
  test('knows earlier objects, and counts only later changes as events', async () => {
    await cluster.kubectlOk(['create', 'configmap', 'early', '--from-literal=a=1', '-n', namespace]);
    const watcher = await watchConfigMaps(cluster, namespace);

    expect(watcher.current().map(({ name }) => name)).toContain('early');
    expect(watcher.events).toEqual([]);
    await cluster.kubectlOk(['create', 'configmap', 'late', '--from-literal=a=1', '-n', namespace]);
    await watcher.until((events) => events.some(({ name }) => name === 'late'));
    expect(watcher.events.map(({ type, name }) => `${type} ${name}`)).toContain('ADDED late');
    await watcher.stop();
  });

  test('lists what it saw when its condition does not come true', async () => {
    const watcher = await watchConfigMaps(cluster, namespace);
    await cluster.kubectlOk(['create', 'configmap', 'seen', '--from-literal=a=1', '-n', namespace]);
    await watcher.until((events) => events.length > 0);

    await expect(watcher.until(() => false, 100, 'a miracle')).rejects.toThrow(
      /a miracle: not within 0\.1 s\n[\s\S]*ADDED {4}seen/,
    );
    await watcher.stop();
  });

  test('fails at once if the API server refuses it', async () => {
    await expect(watchPods({ ...cluster, token: 'wrong' }, namespace)).rejects.toThrow(/401/);
  });
});

describe('a client', () => {
  test('can act as a ServiceAccount, with only that account’s rights', async () => {
    await cluster.kubectlOk(['create', 'serviceaccount', 'nobody', '-n', namespace]);
    const kubeconfig = await cluster.kubeconfigFor({ namespace, name: 'nobody' });

    const pods = await cluster.kubectl(['get', 'pods', '-n', namespace], { kubeconfig });

    expect(pods.exitCode).toBe(1);
    expect(pods.stderr).toContain(`"system:serviceaccount:${namespace}:nobody" cannot list`);
  });

  test('throws the whole output of a failed command, if asked to', async () => {
    await expect(cluster.kubectlOk(['get', 'pod', 'missing'])).rejects.toThrow(
      /kubectl get pod missing\nexited with 1\nstdout:\n\(nothing\)\nstderr:\n.*NotFound/s,
    );
  });

  test('has a helm for the same cluster', async () => {
    const { stdout } = await cluster.helmOk(['list', '--all-namespaces', '--short']);
    expect(typeof stdout).toBe('string');
  });
});
