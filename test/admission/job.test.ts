import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reviewJob } from '../../src/admission/job.ts';
import type { PodRequest } from '../../src/admission/review.ts';
import { LockstepError } from '../../src/errors.ts';
import type { JobCopyLook, Jobs } from '../../src/in-step/job-ports.ts';
import type { InjectDefault } from '../../src/policy/managed.ts';
import type { OnError } from '../../src/policy/on-error.ts';
import type { Job } from '../../src/workloads/job.ts';
import type { Pod } from '../../src/workloads/pod.ts';
import type { PodSpec } from '../kit/pinned-pods.ts';
import type { FoundByPorts } from '../kit/ports.ts';
import { reviewContext, reviewDeps } from '../kit/reviews.ts';

const UID = '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f43';
const COPY = `app-lockstep-job-${UID}`;
const PIN = { 'lockstep.dev/pin': 'enabled' };
const GOOD: JobCopyLook = {
  state: 'good',
  note: { source: 'configmap/app', digest: 'd', data: 'all', binaryData: [] },
  absent: false,
};

const reading = (...names: readonly string[]): PodSpec => ({
  containers: [{ name: 'task', envFrom: names.map((name) => ({ configMapRef: { name } })) }],
});
const podOf = (spec = reading('app'), kind = 'Job'): Pod => ({
  metadata: { generateName: 'task-', ownerReferences: [{ kind, name: 'task', uid: UID, controller: true }] },
  spec,
});
const jobOf = (
  changed: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    suspend?: boolean;
    spec?: PodSpec;
  } = {},
): Job => ({
  metadata: {
    name: 'task',
    uid: UID,
    labels: changed.labels ?? PIN,
    ...(changed.annotations && { annotations: changed.annotations }),
  },
  spec: { suspend: changed.suspend ?? false, template: { spec: changed.spec ?? reading('app') } },
});

interface Given {
  readonly pod?: Pod;
  /** Undefined: the cluster has no such Job. */
  readonly job?: Job | undefined;
  readonly ports?: FoundByPorts;
  /** The results of looks at a source’s copy, in order. The last one repeats. Default: missing, and good once made. */
  readonly looks?: Readonly<Record<string, readonly JobCopyLook[]>>;
  readonly makes?: readonly ('there' | 'moved' | Error)[];
  readonly onError?: OnError;
  readonly pinNamespace?: boolean;
  readonly dryRun?: boolean;
  readonly injectDefault?: InjectDefault;
}

/** Reviews the create of a pod. Returns the outcome, the calls of ports, and the recorded events. */
async function runReview(given: Given = {}) {
  const { pod = podOf(), ports = { configMaps: { 'configmap/app': { a: '1' } } } } = given;
  const job = 'job' in given ? given.job : jobOf();
  const { deps, asked, told } = reviewDeps(ports);
  const made = new Set<string>();
  const makes = [...(given.makes ?? ['there' as const])];
  const looks = new Map(Object.entries(given.looks ?? {}).map(([name, its]) => [name, [...its]]));
  const jobs: Jobs = {
    async find() {
      asked.push('find job');
      return job?.metadata;
    },
    async read() {
      asked.push('read job');
      return job;
    },
    async look(_namespace, { name }) {
      asked.push(`look ${name}`);
      const its = looks.get(name);
      if (its) return (its.length > 1 ? its.shift() : its[0]) ?? { state: 'missing' };
      return made.has(name) ? GOOD : { state: 'missing' };
    },
    async make(_namespace, { usage, digest }) {
      asked.push(`make ${usage.name} ${digest.slice(0, 6)}`);
      const result = (makes.length > 1 ? makes.shift() : makes[0]) ?? 'there';
      if (result instanceof Error) throw result;
      if (result === 'there') made.add(usage.name);
      return result;
    },
  };
  const request: PodRequest = {
    ...{ uid: 'u1', namespace: 'shop', operation: 'CREATE' },
    ...{ object: pod, dryRun: given.dryRun ?? false },
  };
  const { onError = 'allow', pinNamespace = false, injectDefault = 'enabled' } = given;
  const context = reviewContext({ onError, pinNamespace });
  const outcome = await reviewJob({ ...deps, jobs, injectDefault }, request, context);
  // The answer does not wait for the event.
  await setImmediate();
  return { ...outcome, asked, told };
}
const pointed = (index = 0, value = COPY) => ({
  op: 'replace',
  path: `/spec/containers/0/envFrom/${index}/configMapRef/name`,
  value,
});
const WRITES = /^make/;

describe('a pod of a Job that does not ask costs one read', () => {
  test.each<[string, Given, string]>([
    ['no label', { job: jobOf({ labels: {} }) }, 'not-asked'],
    [
      'against its namespace',
      { job: jobOf({ labels: { 'lockstep.dev/pin': 'disabled' } }), pinNamespace: true },
      'not-asked',
    ],
    [
      'with lockstep switched off',
      { job: jobOf({ labels: { ...PIN, 'lockstep.dev/inject': 'disabled' } }) },
      'unmanaged',
    ],
    ['a Job that does not exist', { job: undefined }, 'no-job'],
  ])('%s', async (_, given, reason) => {
    const outcome = await runReview(given);
    expect(outcome).toMatchObject({ decision: 'leave', reason, asked: ['find job'], told: [] });
  });

  test('or none, if no Job controls it, or Jobs are switched off', async () => {
    expect(await runReview({ pod: podOf(reading('app'), 'ReplicaSet') })).toMatchObject({
      reason: 'no-job',
      asked: [],
    });
    const { deps, asked } = reviewDeps();
    const request: PodRequest = { uid: 'u1', namespace: 'shop', operation: 'CREATE', object: podOf() };
    expect(await reviewJob(deps, request, reviewContext())).toMatchObject({ reason: 'switched-off' });
    expect(asked).toEqual([]);
  });
});

describe('the first pod of a Job', () => {
  test('makes the copy, and reads it', async () => {
    const { asked, ...outcome } = await runReview();
    expect(outcome).toEqual({
      decision: 'pin',
      reason: 'pinned',
      warnings: [],
      patch: [pointed()],
      told: [],
    });
    expect(asked).toEqual([
      ...['find job', 'look app', 'read job', 'namespace shop', 'digest configmap/app'],
      ...[expect.stringMatching(WRITES), 'look app'],
    ]);
  });

  test('starts over if the source changes meanwhile, and gives up after some tries', async () => {
    const again = await runReview({ makes: ['moved', 'moved', 'there'] });
    expect(again).toMatchObject({ reason: 'pinned' });
    const never = await runReview({ makes: ['moved'] });
    expect(never).toMatchObject({ decision: 'fail', reason: 'copy_unusable', patch: [] });
    expect(never.told).toEqual([expect.stringContaining(`configmap/${COPY} could not be made`)]);
  });

  test('takes what another pod has made meanwhile', async () => {
    const looks = { app: [{ state: 'missing' } as const, { ...GOOD, absent: true }] };
    const optional = {
      containers: [{ name: 'task', envFrom: [{ configMapRef: { name: 'app', optional: true } }] }],
    };
    const outcome = await runReview({ pod: podOf(optional), job: jobOf({ spec: optional }), looks });
    expect(outcome).toMatchObject({ reason: 'pinned', patch: [{ op: 'remove' }] });
  });

  test('makes none in a dry run, and would read it', async () => {
    const outcome = await runReview({ dryRun: true });
    expect(outcome).toMatchObject({ reason: 'pinned', patch: [pointed()] });
    expect(outcome.asked.filter((each) => WRITES.test(each))).toEqual([]);
  });

  test('makes none if the namespace says otherwise than the path, or the Job is suspended', async () => {
    const silent = jobOf({ labels: {} });
    expect(await runReview({ job: silent, pinNamespace: true })).toMatchObject({ reason: 'not-asked' });
    expect(await runReview({ job: jobOf({ suspend: true }) })).toMatchObject({ reason: 'suspended' });
    const off = { configMaps: {}, namespaceLabels: { 'lockstep.dev/inject': 'disabled' } };
    expect(await runReview({ ports: off })).toMatchObject({ reason: 'not-asked' });
  });

  test('asks the namespace first, if lockstep acts only where it is switched on', async () => {
    const given = { injectDefault: 'disabled' } as const;
    expect(await runReview(given)).toMatchObject({
      reason: 'unmanaged',
      asked: ['find job', 'namespace shop'],
    });
    const enabled = { ...PIN, 'lockstep.dev/inject': 'enabled' };
    expect(await runReview({ ...given, job: jobOf({ labels: enabled }) })).toMatchObject({
      reason: 'pinned',
    });
  });
});

test('a later pod costs one look at each copy, and does not read the source', async () => {
  expect(await runReview({ looks: { app: [GOOD] } })).toMatchObject({
    reason: 'pinned',
    patch: [pointed()],
    asked: ['find job', 'look app'],
  });
});

test('a pod that comes back after another webhook is left as it is', async () => {
  expect(await runReview({ pod: podOf(reading(COPY)) })).toMatchObject({
    reason: 'nothing-pinned',
    asked: ['find job'],
  });
});

describe('a source stays live', () => {
  const STAYS = 'configmap/app stays live in pods of job/task: ';

  test('that a required reference names, and that does not exist: an event says so', async () => {
    const outcome = await runReview({ ports: { configMaps: {} } });
    expect(outcome).toMatchObject({ decision: 'pin', reason: 'uncovered', patch: [] });
    expect(outcome.told).toEqual([`shop/task: ${STAYS}it does not exist`]);
  });

  test('that lacks a key without which no pod starts', async () => {
    const env = [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'app', key: 'b' } } }];
    const spec = { containers: [{ name: 'task', env }] };
    const outcome = await runReview({ pod: podOf(spec), job: jobOf({ spec }) });
    expect(outcome.told).toEqual([`shop/task: ${STAYS}it lacks keys that they need`]);
  });

  test('of which keys are ignored: somebody has asked for that, so no event says so', async () => {
    const job = jobOf({ annotations: { 'lockstep.dev/ignore': 'configmap/app#b' } });
    expect(await runReview({ job })).toMatchObject({ reason: 'nothing-pinned', warnings: [], told: [] });
  });

  test('that only a sidecar refers to', async () => {
    const pod = podOf(reading('app', 'mesh'));
    expect(await runReview({ pod })).toMatchObject({ reason: 'pinned', patch: [pointed()], told: [] });
  });

  test('of which a sidecar uses more than the template: that reference', async () => {
    const pod = podOf(reading('app', 'app'));
    const note = { source: 'configmap/app', digest: 'd', data: ['a'], binaryData: [] };
    const outcome = await runReview({ pod, looks: { app: [{ state: 'good', note, absent: false }] } });
    expect(outcome).toMatchObject({ reason: 'uncovered', patch: [] });
    expect(outcome.told[0]).toContain('uses more of configmap/app than the template of its job does');
  });
});

describe('a copy that cannot be used', () => {
  const looks = { app: [{ state: 'unusable', flaw: { is: 'mutable' } } as const] };
  const WHY = `configmap/${COPY} is not the copy that lockstep made: it is not immutable. Delete it`;

  test('lets the pod start live, with a warning and an event', async () => {
    const outcome = await runReview({ looks });
    expect(outcome).toMatchObject({ decision: 'fail', reason: 'copy_unusable', patch: [] });
    expect(outcome.warnings).toEqual([`pod/task-* starts on live configuration: ${WHY}`]);
    expect(outcome.told).toEqual([`shop/task: ${WHY}`]);
  });

  test('denies the pod if errors deny, and so does an API server that refuses', async () => {
    const refused = new LockstepError('API_REFUSED', 'no');
    for (const given of [{ looks }, { makes: [refused] }])
      expect(await runReview({ ...given, onError: 'deny' })).toMatchObject({
        decision: 'deny',
        denial: { code: 503 },
      });
    expect(await runReview({ makes: [refused] })).toMatchObject({ decision: 'fail', reason: 'api_refused' });
  });

  test('does not hide a bug', async () => {
    await expect(runReview({ makes: [new TypeError('bug')] })).rejects.toThrow(TypeError);
  });
});
