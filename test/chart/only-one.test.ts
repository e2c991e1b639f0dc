import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHART } from '../kit/chart/chart.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type Release, release } from './release.ts';

const NO_PODS = { replicas: 0 };

let first: Release;
let second: Release;
beforeAll(async () => {
  first = await release('lockstep-first');
  second = await release('lockstep-second');
  await first.install(NO_PODS);
});
afterAll(async () => {
  await second.uninstall();
  await first.uninstall();
});

describe('a second release in one cluster', () => {
  const refused =
    'lockstep is already installed in this cluster (MutatingWebhookConfiguration lockstep-first, release lockstep-first in namespace lockstep-first). Two installations would write to the same workloads: upgrade the existing one, or remove it first (helm uninstall lockstep-first --namespace lockstep-first)';

  test.each([
    ['with another name', {}],
    // The names of the webhooks give it away, whatever the names of the objects.
    ['with other names for all objects', { nameOverride: 'pace', fullnameOverride: 'pacemaker' }],
  ])('is refused, and the message says what to do: %s', async (_, names) => {
    expect(await second.refusal('install', { ...NO_PODS, ...names })).toContain(refused);
  });

  test('is refused by a dry run on the server, too', async () => {
    expect(await second.refusal('install', NO_PODS, '--dry-run=server')).toContain(refused);
  });

  test('does not block an upgrade of the first', async () => {
    await first.upgrade(NO_PODS);
  });

  test('is refused beside webhooks that helm did not create, and accepted when these are gone', async () => {
    await first.uninstall();
    const { helmOk, kubectl, kubectlOk } = useCluster();
    const template = ['template', 'by-hand', CHART, '--set', 'fullnameOverride=by-hand'];
    const { stdout } = await helmOk([...template, '-s', 'templates/mutatingwebhookconfiguration.yaml']);
    await kubectlOk(['apply', '-f', '-'], { input: stdout });
    try {
      expect(await second.refusal('install', NO_PODS)).toContain(
        'not created by Helm). Two installations would write to the same workloads: upgrade the existing one, or remove it first (kubectl delete mutatingwebhookconfiguration by-hand)',
      );
    } finally {
      await kubectl(['delete', 'mutatingwebhookconfiguration', 'by-hand']);
    }
    await second.install(NO_PODS);
  });
});
