import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reviewPod } from '../../src/admission/pod.ts';
import type { PodRequest } from '../../src/admission/review.ts';
import { LockstepError } from '../../src/errors.ts';
import type { GoodCopy } from '../../src/in-step/ports.ts';
import type { Revision } from '../../src/in-step/revision-ports.ts';
import type { OnError } from '../../src/policy/on-error.ts';
import type { Pod } from '../../src/workloads/pod.ts';
import { type FoundCopies, plainCopies } from '../kit/copies.ts';
import { COPY, OWNED, PINNED, type PodSpec, podOf, replicaSetOf, SPEC } from '../kit/pinned-pods.ts';
import { reviewContext, reviewDeps } from '../kit/reviews.ts';

interface Given {
  readonly copies?: FoundCopies;
  readonly dryRun?: boolean;
  readonly onError?: OnError;
  readonly noReplicaSet?: boolean;
  /** Of a pod that names a ControllerRevision. */
  readonly revision?: Revision;
  /** The pod spec of the ReplicaSet's template. */
  readonly template?: PodSpec;
}

/** Reviews the create of a pod. Returns the outcome, the calls for copies, and the recorded events. */
async function runReview(
  object: Pod,
  { copies: found, dryRun = false, onError = 'allow', template, noReplicaSet, revision }: Given = {},
) {
  const { copies, asked } = plainCopies(found ?? { looks: { [COPY]: OWNED } });
  const { deps, told } = reviewDeps(
    {
      controllerRevision: revision,
      replicaSet: noReplicaSet ? undefined : replicaSetOf(template, object.metadata.annotations ?? {}),
    },
    { copies },
  );
  const request: PodRequest = { uid: 'u1', namespace: 'shop', operation: 'CREATE', object, dryRun };
  const outcome = await reviewPod(deps, request, reviewContext({ onError }));
  // The answer does not wait for the event.
  await setImmediate();
  return { ...outcome, asked, told };
}
const PATCH = [{ op: 'replace', path: '/spec/containers/0/envFrom/0/configMapRef/name', value: COPY }];
/** One more container than the template has. It takes a key from the ConfigMap's files. */
const withSidecar: PodSpec = {
  containers: [...(SPEC.containers ?? []), { name: 'sidecar', volumeMounts: [{ name: 'v', subPath: 'b' }] }],
  volumes: [{ name: 'v', configMap: { name: 'app' } }],
};
const narrow: GoodCopy = { ...OWNED, note: { ...OWNED.note, binaryData: [] } };
const UNCOVERED = 'spec.volumes[0].configMap uses more of configmap/app than its workload’s template does';

test('a pod’s references are pointed at the copies that its annotations name', async () => {
  expect(await runReview(podOf())).toEqual({
    decision: 'pin',
    reason: 'pinned',
    warnings: [],
    patch: PATCH,
    asked: [`look ${COPY}`],
    told: [],
  });
});

test('the CA of a pod’s API client stays live, though its template was pinned with a copy of it', async () => {
  const items = [{ key: 'ca.crt', path: 'ca.crt' }];
  const sources = [{ serviceAccountToken: {} }, { configMap: { name: 'app', items } }];
  const volumes = [{ name: 'kube-api-access-x', projected: { sources } }];
  expect(await runReview(podOf(PINNED, { ...SPEC, volumes }))).toMatchObject({
    reason: 'pinned',
    warnings: [],
    patch: PATCH,
  });
});

describe('a pod is not changed, and no copy is read,', () => {
  test('if copies are switched off', async () => {
    const { deps } = reviewDeps();
    const request: PodRequest = { uid: 'u1', namespace: 'shop', operation: 'CREATE', object: podOf() };
    expect(await reviewPod(deps, request, reviewContext())).toMatchObject({ reason: 'switched-off' });
  });

  test('if no kind is on whose pods belong to ReplicaSets', async () => {
    const { copies, asked } = plainCopies({ looks: { [COPY]: OWNED } });
    const { deps } = reviewDeps({}, { kinds: [], copies });
    const request: PodRequest = { uid: 'u1', namespace: 'shop', operation: 'CREATE', object: podOf() };
    expect(await reviewPod(deps, request, reviewContext())).toMatchObject({ reason: 'unknown-kind' });
    expect(asked).toEqual([]);
  });

  test.each<[string, Pod, string]>([
    ['that nothing controls', { ...podOf(), metadata: { annotations: PINNED } }, 'no-revision'],
    ['if its annotations name no copy', podOf({}), 'nothing-pinned'],
    ['that refers to none of them', podOf(PINNED, {}), 'nothing-pinned'],
  ])('%s', async (_what, object, reason) => {
    expect(await runReview(object)).toMatchObject({ decision: 'leave', reason, asked: [], told: [] });
  });
});

describe('a pod of a ReplicaSet that does not exist', () => {
  test('is left like one without a ReplicaSet, and nothing is written or recorded', async () => {
    const copies: FoundCopies = { looks: { [COPY]: { state: 'unusable', flaw: { is: 'mutable' } } } };
    for (const onError of ['allow', 'deny'] as const)
      expect(await runReview(podOf(), { copies, onError, noReplicaSet: true })).toMatchObject({
        decision: 'leave',
        reason: 'no-revision',
        asked: [`look ${COPY}`],
        told: [],
      });
  });

  test('is left, too, if only that ReplicaSet’s template could say what it may use', async () => {
    const copies: FoundCopies = { looks: { [COPY]: narrow } };
    expect(await runReview(podOf(PINNED, withSidecar), { copies, noReplicaSet: true })).toMatchObject({
      decision: 'leave',
      reason: 'no-revision',
      told: [],
    });
  });
});

describe('a copy that is not available', () => {
  const copies: FoundCopies = { looks: {} };
  const LOST = `configmap/${COPY} is gone, and configmap/app no longer holds the same. To roll the workload: kubectl rollout restart`;

  test('leaves the reference live, with a warning and an event on the ReplicaSet', async () => {
    expect(await runReview(podOf(), { copies })).toMatchObject({
      decision: 'fail',
      reason: 'copy_lost',
      patch: [],
      warnings: [`pod/web-1-* starts on live configuration: ${LOST}`],
      told: [`shop/web-1: ${LOST}`],
    });
  });

  test('refuses the pod if errors have to refuse calls', async () => {
    await expect(runReview(podOf(), { copies, onError: 'deny' })).rejects.toMatchObject({
      code: 'COPY_LOST',
    });
  });
});

describe('a pod that uses more than its copy holds', () => {
  const copies: FoundCopies = { looks: { [COPY]: narrow } };

  test('reads that source live, with a warning; its other sources are pinned', async () => {
    const { asked, ...outcome } = await runReview(podOf(PINNED, withSidecar), { copies });
    expect(outcome).toEqual({
      decision: 'pin',
      reason: 'uncovered',
      patch: PATCH,
      warnings: [`pod/web-1-* starts on live configuration: ${UNCOVERED}`],
      told: [`shop/web-1: ${UNCOVERED}`],
    });
  });

  test('reads it from the copy if its own workload has the same reference', async () => {
    const outcome = await runReview(podOf(PINNED, withSidecar), { copies, template: withSidecar });
    expect(outcome).toMatchObject({ decision: 'pin', reason: 'pinned', told: [] });
    expect(outcome).toHaveProperty('patch.1.path', '/spec/volumes/0/configMap/name');
  });

  test('does not read it from a copy that also holds keys which only its type requires', async () => {
    const padded: FoundCopies = { looks: { [COPY]: { ...narrow, standIns: true } } };
    const outcome = await runReview(podOf(PINNED, withSidecar), { copies: padded, template: withSidecar });
    expect(outcome).toMatchObject({ decision: 'pin', reason: 'uncovered' });
  });

  test('records no event on a dry run', async () => {
    const absent = { ...PINNED, 'lockstep.dev/config-sources': '{"configmap/app":"absent"}' };
    const outcome = await runReview(podOf(absent), { dryRun: true });
    expect(outcome).toMatchObject({ decision: 'pin', reason: 'uncovered', told: [] });
    const { told } = await runReview(podOf(absent));
    await expect.poll(() => told).toHaveLength(1);
  });
});

describe('a pod of a StatefulSet or a DaemonSet', () => {
  const podOfSet = (
    kind: 'StatefulSet' | 'DaemonSet',
    label = kind === 'StatefulSet' ? 'db-1' : '1',
  ): Pod => ({
    ...podOf(),
    metadata: {
      name: 'db-0',
      annotations: PINNED,
      labels: { 'controller-revision-hash': label },
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'db', uid: 'd', controller: true }],
    },
  });
  const revision = (annotations: Record<string, string> = PINNED): Revision => ({
    owner: { apiVersion: 'apps/v1', kind: 'ControllerRevision', name: 'db-1', uid: 'r' },
    metadata: {},
    template: { metadata: { annotations }, spec: SPEC },
  });

  test.each(['StatefulSet', 'DaemonSet'] as const)('reads the copies of its revision: %s', async (kind) => {
    expect(await runReview(podOfSet(kind), { revision: revision() })).toMatchObject({
      reason: 'pinned',
      patch: PATCH,
      asked: [`look ${COPY}`],
    });
  });

  test('makes its revision an owner, also if an earlier one of the same name is one', async () => {
    const looks = { [COPY]: { ...OWNED, owners: ['uid-of-the-earlier-one'] } };
    const outcome = await runReview(podOfSet('StatefulSet'), { revision: revision(), copies: { looks } });
    expect(outcome).toMatchObject({ reason: 'pinned' });
    expect(outcome.asked).toContain(`own ${COPY} uid-of-the-copy for ControllerRevision/db-1`);
  });

  test.each([
    ['does not exist', undefined],
    ['makes pods with other marks', revision({})],
  ])('is left, with nothing written, if its revision %s', async (_why, own) => {
    const given = own ? { revision: own } : {};
    expect(await runReview(podOfSet('StatefulSet'), given)).toMatchObject({
      decision: 'leave',
      reason: 'no-revision',
      asked: [`look ${COPY}`],
      told: [],
    });
  });

  test('is told about by an event on its StatefulSet, and never denied because a copy is lost', async () => {
    const lost = { revision: revision(), copies: { looks: {} } };
    for (const onError of ['allow', 'deny'] as const)
      expect(await runReview(podOfSet('StatefulSet'), { ...lost, onError })).toMatchObject({
        decision: 'fail',
        reason: 'copy_lost',
        told: [expect.stringMatching(/^shop\/db: /)],
      });
  });

  test('is denied by a failure that passes; one of a DaemonSet by any', async () => {
    const { copies } = plainCopies();
    const { deps } = reviewDeps({ controllerRevision: revision() });
    const look = () => Promise.reject(new LockstepError('API_UNREACHABLE', 'x'));
    const request = {
      uid: 'u1',
      namespace: 'shop',
      operation: 'CREATE',
      object: podOfSet('StatefulSet'),
    } as const;
    const context = reviewContext({ onError: 'deny' });
    await expect(reviewPod({ ...deps, copies: { ...copies, look } }, request, context)).rejects.toMatchObject(
      {
        code: 'API_UNREACHABLE',
      },
    );
    const lost = { revision: revision(), copies: { looks: {} }, onError: 'deny' } as const;
    await expect(runReview(podOfSet('DaemonSet'), lost)).rejects.toMatchObject({ code: 'COPY_LOST' });
  });
});
