import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CA_BUNDLE, render, type Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { configurationOf, type Release, release } from './release.ts';
import { PIN } from './variants.ts';

const NAME = 'lockstep-kept';
const NO_PODS: Values = { replicas: 0 };
const WITH_PIN: Values = { ...NO_PODS, ...PIN };
/** Values that change every webhook, and every object by a label. */
const changed = (values: Values): Values => ({
  ...values,
  webhook: { timeoutSeconds: 9 },
  commonLabels: { team: 'platform' },
});
const SECRET = `secret/${NAME}-certificates`;
const LEASE = `lease/${NAME}`;

let ours: Release;
beforeAll(async () => {
  ours = await release(NAME);
});
afterAll(() => ours?.uninstall());

/** Installs a new release and fills in the fields that lockstep fills in, with the same requests. */
async function installFilledIn(values: Values): Promise<void> {
  await ours.uninstall();
  await ours.install(values);
  const { webhooks } = await configurationOf(NAME);
  const filled = webhooks.map(({ name }) => ({ name, clientConfig: { caBundle: CA_BUNDLE } }));
  const patch = (what: readonly string[], type: string, body: object) =>
    ours.kubectl('patch', ...what, `--type=${type}`, '--field-manager=lockstep', '-p', JSON.stringify(body));
  await patch(['mutatingwebhookconfiguration', NAME], 'strategic', { webhooks: filled });
  await patch([SECRET], 'merge', { data: { 'tls.crt': 'eA==' } });
  if (values === WITH_PIN) {
    await patch([LEASE], 'merge', { spec: { holderIdentity: 'replica-1', leaseDurationSeconds: 15 } });
  }
}

interface FilledIn {
  readonly caBundles: number;
  /** Entries of the Secret. */
  readonly entries: number;
  /** `timeoutSeconds` of a webhook: shows whether the change itself arrived. */
  readonly timeout: number | undefined;
}

/** Reads what is left of the filled-in fields. */
async function readFilledIn(): Promise<FilledIn> {
  const { webhooks } = await configurationOf(NAME);
  const { stdout } = await ours.kubectl('get', SECRET, '-o', 'jsonpath={.data}');
  return {
    caBundles: webhooks.filter(({ clientConfig }) => clientConfig.caBundle === CA_BUNDLE).length,
    entries: stdout === '' ? 0 : Object.keys(JSON.parse(stdout)).length,
    timeout: webhooks[0]?.timeoutSeconds,
  };
}

/** Reads who holds the Lease and for how long, and whether the change of its label arrived. */
async function readLease(): Promise<string> {
  const path = '{.spec.holderIdentity}/{.spec.leaseDurationSeconds}/{.metadata.labels.team}';
  return (await ours.kubectl('get', LEASE, '-o', `jsonpath=${path}`)).stdout;
}

describe('fields that lockstep has filled in, and the holder of its Lease, survive', () => {
  const KEPT: FilledIn = { caBundles: 23, entries: 1, timeout: 9 };
  beforeEach(() => installFilledIn(WITH_PIN));

  test('an upgrade and a rollback', async () => {
    await ours.upgrade(changed(WITH_PIN));
    expect(await readFilledIn()).toEqual(KEPT);
    expect(await readLease()).toBe('replica-1/15/platform');
    await ours.rollback(1);
    expect(await readFilledIn()).toEqual({ ...KEPT, timeout: 5 });
    expect(await readLease()).toBe('replica-1/15/');
  });

  test('an upgrade on the client, as Helm 3 does it, and one that forces conflicts', async () => {
    await ours.upgrade(changed(WITH_PIN), '--server-side=false');
    expect(await readFilledIn()).toEqual(KEPT);
    expect(await readLease()).toBe('replica-1/15/platform');
    const forced = ['--server-side=true', '--force-conflicts'];
    await ours.upgrade(WITH_PIN, ...forced);
    expect(await readFilledIn()).toEqual({ ...KEPT, timeout: 5 });
    expect(await readLease()).toBe('replica-1/15/');
  });

  test.each([
    ['on the server, as Argo CD and Flux do it', ['--server-side', '--force-conflicts']],
    ['on the client', []],
  ])('an apply of the manifests %s', async (_, flags) => {
    const input = await render(changed(WITH_PIN), NAME);
    await useCluster().kubectlOk(['apply', ...flags, '-f', '-'], { input });
    expect(await readFilledIn()).toEqual(KEPT);
    expect(await readLease()).toBe('replica-1/15/platform');
  });
});

describe('without pin', () => {
  const OTHER = changed(NO_PODS);
  const KEPT: FilledIn = { caBundles: 10, entries: 1, timeout: 9 };
  beforeEach(() => installFilledIn(NO_PODS));

  test('a webhook that an upgrade adds has no caBundle until lockstep fills it in', async () => {
    await ours.upgrade({ ...OTHER, ceiling: { enabled: false } });
    expect(await readFilledIn()).toEqual({ ...KEPT, caBundles: 8 });
    await ours.upgrade(OTHER);
    expect(await readFilledIn()).toEqual({ ...KEPT, caBundles: 8 });
    await ours.upgrade({ ...OTHER, ...PIN });
    expect(await readFilledIn()).toEqual({ ...KEPT, caBundles: 8 });
  });

  // Users who change to a certificate of their own take the field from lockstep, so helm wants
  // --force-conflicts.
  test('a user’s own caBundle replaces lockstep’s only with --force-conflicts', async () => {
    const certificates = { mode: 'existing-secret', existingSecret: { name: 'mine' } };
    const mine = Buffer.from(rootCertificates[1] ?? '').toString('base64');
    const values = { ...NO_PODS, certificates, webhook: { caBundle: mine } };
    expect(await ours.refusal('upgrade', values)).toContain(
      'Apply failed with 10 conflicts: conflicts with "lockstep"',
    );

    await ours.upgrade(values, '--force-conflicts');
    const { webhooks } = await configurationOf(NAME);
    expect(webhooks.map(({ clientConfig }) => clientConfig.caBundle)).toEqual(webhooks.map(() => mine));
  });

  // The documentation warns of it. lockstep fills in both again, the Secret from what a replica still knows.
  test('helm upgrade --force-replace removes the filled-in fields', async () => {
    await ours.upgrade(OTHER, '--server-side=false', '--force-replace');
    expect(await readFilledIn()).toEqual({ ...KEPT, caBundles: 0, entries: 0 });
  });
});
