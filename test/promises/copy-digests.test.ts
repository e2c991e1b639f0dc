import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { copiesIn } from '../../lab/lockstep/pinned.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { sharedReads } from '../../src/api/shared-reads.ts';
import { copies } from '../../src/cluster/copies.ts';
import { type HashFormat, shortDigest, v1 } from '../../src/digest/format.ts';
import { sealOf } from '../../src/digest/seal.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { namespaceOf } from './unowned-copies.ts';

/** A format with digests whose first 64 bits are the same for everything, as somebody may have searched them. */
const weak: HashFormat = {
  ...v1(),
  sourceDigest: (...of) => {
    const digest = createHash('sha256')
      .update(v1().sourceDigest(...of))
      .digest('hex');
    return `${'0'.repeat(16)}${digest.slice(16)}`;
  },
};

const { signal } = new AbortController();
let client: ApiClient;
let box: Sandbox;
beforeAll(async () => {
  const source = credentialSource(loadKubeConfig(useCluster().kubeconfig, {}));
  client = apiClient(source, { observeApiCall: () => undefined });
  box = await sandbox(useCluster());
});
afterAll(() => client.close());

/** A replica that has looked at nothing yet. */
const replica = () => copies(client, sharedReads(5_000), { current: weak, known: [weak] }, 60_000);
const digestOf = (a: string) => weak.sourceDigest('', ALL_OF_APP, { data: { a }, binaryData: {} });
const pinOf = (a: string) => ({ usage: ALL_OF_APP, digest: digestOf(a) });
const refOf = (a: string, sealed = true) => ({
  kind: 'configmap' as const,
  name: 'app',
  shortDigest: shortDigest(digestOf(a)),
  ...(sealed && { seal: sealOf(digestOf(a)) }),
});

describe('Invariant 7, checked, not believed: two contents with the same short digest', () => {
  test('are not one copy: nobody gets the other one by its name', async () => {
    const owner = await namespaceOf(box);
    const [one, other] = [replica(), replica()];
    await box.apply(configMap({ a: 'reviewed' }));
    expect(await one.make(box.namespace, pinOf('reviewed'), owner, signal)).toBe('there');
    await box.editConfig({ a: 'forged' });
    expect(shortDigest(digestOf('forged'))).toBe(shortDigest(digestOf('reviewed')));
    const SAME = 'it holds another content with the same short digest';
    for (const { make, look, reserve } of [one, other]) {
      await expect(make(box.namespace, pinOf('forged'), owner, signal)).rejects.toThrow(SAME);
      expect(await look(box.namespace, refOf('reviewed'), signal)).toMatchObject({ state: 'good' });
      // A template of an earlier version has no seal.
      expect(await look(box.namespace, refOf('forged', false), signal)).toMatchObject({ state: 'good' });
      const flaw = { is: 'other-seal' };
      expect(await look(box.namespace, refOf('forged'), signal)).toEqual({ state: 'unusable', flaw });
      expect(await reserve(box.namespace, refOf('forged'), owner, signal)).toBe('gone');
    }
    expect((await copiesIn(box)).map(({ data }) => data)).toEqual([{ a: 'reviewed' }]);
  });
});
