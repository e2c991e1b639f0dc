import { describe, expect, test } from 'vitest';
import { copyRemaker } from '../../src/admission/remake-copy.ts';
import type { CopyRef } from '../../src/copies/name.ts';
import { shortDigest, v1 } from '../../src/digest/format.ts';
import { sealOf } from '../../src/digest/seal.ts';
import { type FoundCopies, plainCopies } from '../kit/copies.ts';
import { ALL_OF_APP, deployment, viewOf } from '../kit/deployments.ts';
import { OWNED, podCall, replicaSetOf, revisionOf } from '../kit/pinned-pods.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const PIN = { 'lockstep.dev/pin': 'enabled' };
const data = { a: '1' };
const digest = v1().sourceDigest('shop', ALL_OF_APP, { data, binaryData: {} });
const REF: CopyRef = {
  kind: 'configmap',
  name: 'app',
  shortDigest: shortDigest(digest),
  seal: sealOf(digest),
};
const NAME = `app-lockstep-${REF.shortDigest}`;
const OWNER = { kind: 'Deployment', name: 'web', uid: 'd', controller: true };
const set = (owners = [OWNER]) => {
  const of = replicaSetOf();
  return { ...of, metadata: { ...of.metadata, ownerReferences: owners } };
};
const web = (labels: Record<string, string>, uid = 'd') => {
  const of = deployment({ labels });
  return viewOf({ ...of, metadata: { ...of.metadata, uid } });
};
const THERE: FoundCopies = { looks: { [NAME]: OWNED } };

/** Makes a copy again. Returns the error, and the calls that write. */
async function remake({ replicaSet: own = set(), ...found }: FoundByReview, ref = REF, of = THERE) {
  const { copies, asked } = plainCopies(of);
  const { deps } = reviewDeps({ configMaps: { 'configmap/app': data }, ...found });
  const error = await copyRemaker(
    { ...deps, copies },
    podCall(),
    revisionOf(own),
  )(ref).then(
    () => undefined,
    (thrown: unknown) => String(thrown),
  );
  return { error, made: asked.filter((line) => line.startsWith('make')).length };
}

describe('a copy is made again', () => {
  test.each<[string, FoundByReview]>([
    ['the namespace', { namespaceLabels: PIN }],
    ['the workload that controls the ReplicaSet', { workloads: [web(PIN)] }],
  ])('if %s asks for copies', async (_who, found) => {
    expect(await remake(found)).toEqual({ error: undefined, made: 1 });
  });
});

describe('a copy is not made again', () => {
  test.each<[string, FoundByReview, string]>([
    [
      'in a namespace with lockstep switched off',
      { namespaceLabels: { ...PIN, 'lockstep.dev/inject': 'disabled' }, workloads: [web(PIN)] },
      'namespace shop is labelled lockstep.dev/inject=disabled',
    ],
    ['if nobody asks for copies', { workloads: [web({})] }, 'deployment/web does not ask for copies'],
    [
      'for a workload that the ReplicaSet only names',
      { workloads: [web(PIN, 'another')] },
      'the owner of replicaset/web-1 does not ask for copies',
    ],
    [
      'for a ReplicaSet of nobody',
      { workloads: [web(PIN)], replicaSet: set([]) },
      'the owner of replicaset/web-1 does not ask for copies',
    ],
    [
      'if its source holds something else',
      { configMaps: { 'configmap/app': { a: '2' } }, namespaceLabels: PIN },
      'configmap/app no longer holds the same',
    ],
  ])('%s', async (_what, found, why) => {
    const { error, made } = await remake(found);
    expect(error).toContain(why);
    expect(made).toBe(0);
  });

  test('of a source that only has the same short digest', async () => {
    const twin = { ...REF, seal: sealOf(`${digest.slice(0, 63)}x`) };
    expect(await remake({ namespaceLabels: PIN }, twin)).toMatchObject({ made: 0 });
  });
});
