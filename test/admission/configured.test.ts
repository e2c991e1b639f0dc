import { describe, expect, test } from 'vitest';
import { reviewConfigured } from '../../src/admission/configured.ts';
import type { ReviewDeps } from '../../src/admission/deps.ts';
import type { CopyNote } from '../../src/copies/note.ts';
import { formatsWith } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import type { Jobs } from '../../src/in-step/job-ports.ts';
import type { Pod } from '../../src/workloads/pod.ts';
import { STATEFUL_SET } from '../../src/workloads/stateful-set.ts';
import { workloadOf } from '../../src/workloads/workload.ts';
import { plainCopies } from '../kit/copies.ts';
import { HOLD } from '../kit/held.ts';
import { PINNED, type PodSpec, podOf, SPEC } from '../kit/pinned-pods.ts';
import { type FoundByReview, reviewContext, reviewDeps } from '../kit/reviews.ts';
import { KEY } from '../kit/secret-keys.ts';

const reading = (...names: readonly string[]): PodSpec => ({
  containers: [{ name: 'web', envFrom: names.map((name) => ({ configMapRef: { name } })) }],
});
const held = (spec = SPEC, annotations: Record<string, string> = {}) =>
  podOf({ ...HOLD, ...annotations }, spec);
const ofKind = (apiVersion: string, kind: string, spec = SPEC, labels: Record<string, string> = {}): Pod => ({
  metadata: {
    ...held().metadata,
    labels,
    ownerReferences: [{ apiVersion, kind, name: 'web', uid: 'u', controller: true }],
  },
  spec,
});
const ofSet = (apiVersion = 'apps/v1') =>
  ofKind(apiVersion, 'StatefulSet', SPEC, { 'controller-revision-hash': 'web-1' });

async function review(
  pod: Pod,
  found: FoundByReview = {},
  overrides: Partial<ReviewDeps> = { untilConfigured: { jobs: true } },
) {
  const { deps, asked } = reviewDeps(found, { untilConfigured: { jobs: true }, ...overrides });
  const outcome = await reviewConfigured(deps, { object: pod, namespace: 'shop' }, reviewContext());
  const message = 'denial' in outcome ? outcome.denial?.message : undefined;
  return { did: `${outcome.decision} ${outcome.reason}`, message, asked };
}
const there = (...names: readonly string[]): FoundByReview => ({
  configMaps: Object.fromEntries(names.map((name) => [`configmap/${name}`, { a: '1' }])),
});

describe('a pod is refused while something is missing that it needs', () => {
  test('a source; it names what, where and who', async () => {
    expect(await review(held())).toMatchObject({
      did: 'refuse not-configured',
      message: expect.stringContaining(
        'configmap/app is missing in namespace shop, and replicaset/web-1 asks to wait for it',
      ),
    });
    expect(await review(held(), there('app'))).toMatchObject({ did: 'leave configured', message: undefined });
  });

  test('a key', async () => {
    const env = [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'app', key: 'b' } } }];
    const { did, message } = await review(held({ containers: [{ name: 'web', env }] }), there('app'));
    expect(did).toBe('refuse not-configured');
    expect(message).toContain('key b of configmap/app is missing');
  });

  test('not what is optional, nor the CA that the API server brings; nothing is read for them', async () => {
    const spec: PodSpec = {
      containers: [
        {
          name: 'web',
          envFrom: [{ configMapRef: { name: 'more', optional: true } }],
          volumeMounts: [{ name: 'kube-api-access-x' }],
        },
      ],
      volumes: [
        {
          name: 'kube-api-access-x',
          projected: {
            sources: [
              { serviceAccountToken: {} },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            ],
          },
        },
      ],
    };
    expect(await review(held(spec))).toEqual({ did: 'leave configured', message: undefined, asked: [] });
  });

  test('Secrets only where lockstep reads Secrets', async () => {
    const spec: PodSpec = { containers: [{ name: 'web', envFrom: [{ secretRef: { name: 'db' } }] }] };
    expect(await review(held(spec))).toMatchObject({ did: 'leave configured', asked: [] });
    const { defaults } = reviewDeps().deps;
    const on = { formats: formatsWith([KEY]), defaults: { ...defaults, secrets: true } };
    expect((await review(held(spec), {}, on)).message).toContain('secret/db is missing');
  });

  test('not what pinned pods read copies of, while copies are on', async () => {
    const { copies } = plainCopies();
    expect(await review(held(SPEC, PINNED), {}, { copies })).toMatchObject({
      did: 'leave configured',
      asked: [],
    });
    expect(await review(held(SPEC, PINNED))).toMatchObject({ did: 'refuse not-configured' });
    const other = held(reading('app', 'other'), PINNED);
    expect((await review(other, {}, { copies })).message).toMatch(/^configmap\/other is missing/);
  });
});

describe('a pod goes through', () => {
  test.each<[string, string, Pod, Partial<ReviewDeps>]>([
    ['while this is switched off', 'leave switched-off', held(), { untilConfigured: undefined }],
    ['if its template does not ask', 'leave not-asked', podOf({}), {}],
    [
      'if it asks in other words',
      'leave not-asked',
      podOf({ ...HOLD, 'lockstep.dev/hold-until-configured': 'yes' }),
      {},
    ],
    ['if nothing makes it again', 'leave no-controller', { ...held(), metadata: { annotations: HOLD } }, {}],
    ['of a kind that is foreign', 'leave no-controller', ofSet('example.com/v1'), {}],
    ['of a kind that is off', 'leave unknown-kind', ofSet(), { kinds: [] }],
    [
      'of a Job, if Jobs are off',
      'leave unknown-kind',
      ofKind('batch/v1', 'Job'),
      { untilConfigured: { jobs: false } },
    ],
    ['of a Job of another project', 'leave no-controller', ofKind('example.com/v1', 'Job'), {}],
  ])('%s', async (_what, did, pod, overrides) => {
    expect(await review(pod, {}, overrides)).toEqual({ did, message: undefined, asked: [] });
  });

  test('if something cannot be read: the error is left to whoever asks, who lets it through', async () => {
    const { deps } = reviewDeps({}, { untilConfigured: { jobs: true } });
    const digest = () => Promise.reject(new LockstepError('API_REFUSED', 'the API server answered 403'));
    const failing = { ...deps, sources: { ...deps.sources, digest } };
    const request = { object: held(), namespace: 'shop' };
    await expect(reviewConfigured(failing, request, reviewContext())).rejects.toThrow('403');
  });
});

describe('a pod of a StatefulSet, which its controller asks for again and again', () => {
  const setOf = (annotations: Record<string, string>, spec: PodSpec = SPEC, uid = 'u') =>
    workloadOf(
      STATEFUL_SET,
      { metadata: { name: 'web', uid }, spec: { template: { metadata: { annotations }, spec } } } as never,
      'shop',
    );
  test.each([
    ['is refused while the present template waits, too', 'refuse not-configured', setOf(HOLD)],
    ['also for something else', 'refuse not-configured', setOf(HOLD, reading('gone'))],
    ['not if the template no longer asks', 'leave mended', setOf({})],
    ['not if the template needs nothing that is missing', 'leave mended', setOf(HOLD, reading('there'))],
    ['not if there is another StatefulSet now', 'leave mended', setOf(HOLD, SPEC, 'v')],
    ['not if there is none', 'leave mended', undefined],
  ])('%s', async (_what, did, set) => {
    expect((await review(ofSet(), { ...there('there'), workloads: [set] })).did).toBe(did);
  });

  test('the StatefulSet is read only if the pod lacks something', async () => {
    expect((await review(ofSet(), there('app'))).asked).toEqual(['digest configmap/app']);
  });
});

test('a pod of a Job is not refused for a source of which the first pod has made a copy', async () => {
  const job = ofKind('batch/v1', 'Job', reading('app', 'other'));
  const note: CopyNote = { source: 'configmap/app', digest: 'd', data: 'all', binaryData: [] };
  const jobsWith = (absent: boolean): Jobs => ({
    find: () => Promise.resolve(undefined),
    read: () => Promise.resolve(undefined),
    look: (_namespace, { name }) =>
      Promise.resolve(name === 'app' ? { state: 'good', note, absent } : { state: 'missing' }),
    make: () => Promise.resolve('there'),
  });
  const message = async (jobs: Jobs | undefined) => (await review(job, {}, { jobs })).message;
  expect(await message(jobsWith(false))).toMatch(/^configmap\/other is missing .* job\/web asks/);
  expect(await message(jobsWith(true))).toMatch(/^configmap\/app and 1 more are missing/);
  expect(await message(undefined)).toMatch(/^configmap\/app and 1 more are missing/);
  expect((await review(job, there('other'), { jobs: jobsWith(false) })).did).toBe('leave configured');
});
