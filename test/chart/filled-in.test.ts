import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useCluster } from '../kit/use.ts';
import { CA_BUNDLE, render, type Values } from './helm.ts';
import { configurationOf, type Release, release } from './release.ts';
import { PIN } from './variants.ts';

const NAME = 'lockstep-kept';
const NO_PODS: Values = { replicas: 0 };
/** Something else than before in each of the webhooks. */
const OTHER: Values = { ...NO_PODS, webhook: { timeoutSeconds: 9 } };
const SECRET = `secret/${NAME}-certificates`;

let ours: Release;
beforeAll(async () => {
  ours = await release(NAME);
});
beforeEach(async () => {
  await ours.uninstall();
  await ours.install(NO_PODS);
  await fillIn();
});
afterAll(() => ours?.uninstall());

/** Does what lockstep does, as it does it. */
async function fillIn(): Promise<void> {
  const { webhooks } = await configurationOf(NAME);
  const filled = webhooks.map(({ name }) => ({ name, clientConfig: { caBundle: CA_BUNDLE } }));
  const patch = (what: readonly string[], type: string, body: object) =>
    ours.kubectl('patch', ...what, `--type=${type}`, '--field-manager=lockstep', '-p', JSON.stringify(body));
  await patch(['mutatingwebhookconfiguration', NAME], 'strategic', { webhooks: filled });
  await patch([SECRET], 'merge', { data: { 'tls.crt': 'eA==' } });
}

/** What is there of it: how many caBundles, how many entries of the Secret, and whether the change itself arrived. */
async function found(): Promise<{ caBundles: number; entries: number; timeout: number | undefined }> {
  const { webhooks } = await configurationOf(NAME);
  const { stdout } = await ours.kubectl('get', SECRET, '-o', 'jsonpath={.data}');
  return {
    caBundles: webhooks.filter(({ clientConfig }) => clientConfig.caBundle === CA_BUNDLE).length,
    entries: stdout === '' ? 0 : Object.keys(JSON.parse(stdout)).length,
    timeout: webhooks[0]?.timeoutSeconds,
  };
}

const KEPT = { caBundles: 5, entries: 1, timeout: 9 };

describe('what lockstep has filled in stays where it is', () => {
  test('over an upgrade and a rollback', async () => {
    await ours.upgrade(OTHER);
    expect(await found()).toEqual(KEPT);
    await ours.rollback(1);
    expect(await found()).toEqual({ ...KEPT, timeout: 5 });
  });

  test('over an upgrade that is made on the client, and one that forces its way', async () => {
    await ours.upgrade(OTHER, '--server-side=false');
    expect(await found()).toEqual(KEPT);
    const forced = ['--server-side=true', '--force-conflicts'];
    await ours.upgrade(NO_PODS, ...forced);
    expect(await found()).toEqual({ ...KEPT, timeout: 5 });
  });

  test.each([
    ['on the server, as Argo CD and Flux do', ['--server-side', '--force-conflicts']],
    ['on the client', []],
  ])('over an apply of the manifests %s', async (_, flags) => {
    const input = await render(OTHER, NAME);
    await useCluster().kubectlOk(['apply', ...flags, '-f', '-'], { input });
    expect(await found()).toEqual(KEPT);
  });

  test('while a webhook that is switched on comes without: lockstep sees to it at its next look', async () => {
    await ours.upgrade({ ...OTHER, ceiling: { enabled: false } });
    expect(await found()).toEqual({ ...KEPT, caBundles: 4 });
    await ours.upgrade(OTHER);
    expect(await found()).toEqual({ ...KEPT, caBundles: 4 });
    await ours.upgrade({ ...OTHER, ...PIN });
    expect(await found()).toEqual({ ...KEPT, caBundles: 4 });
  });
});

// Whoever takes certificates into their own hands takes the field from lockstep, and must say so.
test('a caBundle of one’s own is put in its place with --force-conflicts only', async () => {
  const certificates = { mode: 'existing-secret', existingSecret: { name: 'mine' } };
  const mine = Buffer.from(rootCertificates[1] ?? '').toString('base64');
  const values = { ...NO_PODS, certificates, webhook: { caBundle: mine } };
  expect(await ours.refusal('upgrade', values)).toContain(
    'Apply failed with 5 conflicts: conflicts with "lockstep"',
  );

  await ours.upgrade(values, '--force-conflicts');
  const { webhooks } = await configurationOf(NAME);
  expect(webhooks.map(({ clientConfig }) => clientConfig.caBundle)).toEqual(webhooks.map(() => mine));
});

// As the documentation says. Both are filled in again: the Secret from what a replica still knows.
test('helm upgrade --force-replace is what takes it away', async () => {
  await ours.upgrade(OTHER, '--server-side=false', '--force-replace');
  expect(await found()).toEqual({ ...KEPT, caBundles: 0, entries: 0 });
});
