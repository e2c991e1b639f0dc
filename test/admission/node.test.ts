import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reviewNode } from '../../src/admission/node.ts';
import type { NodeRequest } from '../../src/admission/review.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import type { Copies } from '../../src/in-step/ports.ts';
import { marksOfState, objectWithMarks } from '../../src/marks/marks.ts';
import { DAEMON_SET } from '../../src/workloads/daemon-set.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { type Workload, workloadOf } from '../../src/workloads/workload.ts';
import { plainCopies } from '../kit/copies.ts';
import { type FoundByReview, reviewContext, reviewDeps } from '../kit/reviews.ts';

interface AgentOptions {
  readonly generation?: number;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly status?: object;
  readonly strategy?: string;
}

/** A DaemonSet that was recorded with another content of the ConfigMap `app` than it has now. */
function agent({
  generation = 1,
  labels = {},
  annotations = {},
  status,
  strategy,
}: AgentOptions = {}): Workload {
  const object = {
    metadata: { name: 'agent', uid: 'u', resourceVersion: '7', generation, labels, annotations },
    spec: {
      ...(strategy !== undefined && { updateStrategy: { type: strategy } }),
      template: { spec: { containers: [{ name: 'agent', envFrom: [{ configMapRef: { name: 'app' } }] }] } },
    },
    status: { observedGeneration: generation, ...status },
  };
  const then = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
  const checked = DAEMON_SET.check(
    objectWithMarks(workloadOf(DAEMON_SET, object, 'shop'), marksOfState(then)),
  );
  if (checked.kind === 'wrong') throw new Error(checked.first.pointer);
  return workloadOf(DAEMON_SET, checked.object, 'shop');
}

const PINNED = { 'lockstep.dev/pinned': 'configmap/app' };
const OWNER = { kind: 'DaemonSet', name: 'agent', uid: 'u', controller: true };
const pod = (metadata: object = {}): NodeRequest => ({
  uid: 'u1',
  namespace: 'shop',
  operation: 'CREATE',
  object: { metadata: { generateName: 'agent-', ownerReferences: [OWNER], ...metadata } },
});

/** What the patch gives is the DaemonSet with its next generation. */
const drifted = (options: AgentOptions = {}): FoundByReview => ({
  configMaps: { 'configmap/app': { a: '2' } },
  workloads: [agent(options)],
  patched: agent({ ...options, generation: 2 }),
});

/** Reviews a pod. Returns the outcome, the calls of the ports, and the recorded events. */
async function runReview(
  request: NodeRequest,
  found = drifted(),
  kinds = WORKLOAD_KINDS,
  copies: Copies | undefined = undefined,
) {
  const { deps, asked, told } = reviewDeps(found, { kinds, copies });
  const outcome = await reviewNode(deps, request, reviewContext({ onError: 'deny' }));
  // The answer does not wait for the event.
  await setImmediate();
  return { ...outcome, asked, told };
}

describe('lockstep reads nothing', () => {
  test.each<[string, object, string]>([
    ['if nobody controls the pod', { ownerReferences: [] }, 'no-daemonset'],
    ['if a ReplicaSet does', { ownerReferences: [{ ...OWNER, kind: 'ReplicaSet' }] }, 'no-daemonset'],
    [
      'if the DaemonSet is an owner that does not control it',
      { ownerReferences: [{ ...OWNER, controller: false }] },
      'no-daemonset',
    ],
  ])('%s', async (_what, metadata, reason) => {
    const outcome = await runReview(pod(metadata));
    expect(outcome).toEqual({ decision: 'leave', reason, warnings: [], asked: [], told: [] });
  });

  test('if the pod reads copies', async () => {
    const { copies } = plainCopies({});
    expect(await runReview(pod({ annotations: PINNED }), drifted(), WORKLOAD_KINDS, copies)).toMatchObject({
      reason: 'pinned',
      asked: [],
    });
  });

  test('if DaemonSets are switched off', async () => {
    const kinds = WORKLOAD_KINDS.filter((kind) => kind !== DAEMON_SET);
    expect(await runReview(pod(), drifted(), kinds)).toMatchObject({ reason: 'unknown-kind', asked: [] });
  });
});

test('a pod of the old template is refused in the review that has patched its DaemonSet', async () => {
  const outcome = await runReview(pod());
  expect(outcome).toMatchObject({
    decision: 'write',
    reason: 'drifted',
    patch: [],
    denial: {
      code: 409,
      reason: 'Conflict',
      message:
        'configmap/app changed: all pods of daemonset/agent roll. ' +
        'This pod had the old template, so its controller makes it again at once, with the new one',
    },
    told: ['shop/agent: configmap/app changed: all pods of daemonset/agent roll (by creating pod/agent-*).'],
  });
  expect(outcome.asked.filter((line) => /^(read daemonsets|patch)/.test(line))).toEqual([
    'read daemonsets shop/agent',
    expect.stringMatching(/^patch agent 7: /),
    // For the Event.
    'read daemonsets shop/agent',
  ]);
});

test('a pod whose annotations name copies counts while copies are switched off, because it reads its sources live', async () => {
  expect(await runReview(pod({ annotations: PINNED }))).toMatchObject({
    decision: 'write',
    reason: 'drifted',
  });
});

test('the message of an OnDelete DaemonSet says what happens to its other pods', async () => {
  const { message } = Object(
    Reflect.get(await runReview(pod(), drifted({ strategy: 'OnDelete' })), 'denial'),
  );
  expect(message).toContain('pods of daemonset/agent change when you delete them. This pod had');
});

describe('a pod goes through', () => {
  test.each<[string, FoundByReview, object]>([
    ['if the DaemonSet is gone', { workloads: [undefined] }, { reason: 'workload-gone' }],
    [
      'if the patch left the template as it is',
      { ...drifted(), patched: agent() },
      { decision: 'write', reason: 'drifted' },
    ],
    ['if a source is gone', { ...drifted(), configMaps: {} }, { decision: 'leave', reason: 'source-gone' }],
    [
      'if lockstep is switched off in the namespace',
      { ...drifted(), namespaceLabels: { 'lockstep.dev/inject': 'disabled' } },
      { decision: 'leave', reason: 'unmanaged' },
    ],
  ])('%s', async (_what, found, outcome) => {
    const { denial, ...rest } = { denial: undefined, ...(await runReview(pod(), found)) };
    expect(rest).toMatchObject(outcome);
    expect(denial).toBeUndefined();
    expect(rest.told).toHaveLength('decision' in outcome && outcome.decision === 'write' ? 1 : 0);
  });

  test('if it names another uid, and nothing is patched', async () => {
    const forged = pod({ ownerReferences: [{ ...OWNER, uid: 'forged' }] });
    const outcome = await runReview(forged);
    expect(outcome).toMatchObject({ decision: 'leave', reason: 'workload-gone' });
    expect(outcome.asked).toEqual(['read daemonsets shop/agent']);
  });

  test('on a dry run, and nothing is patched', async () => {
    const outcome = await runReview({ ...pod(), dryRun: true });
    expect(outcome).toMatchObject({ decision: 'write', reason: 'drifted', patch: [] });
    expect(outcome).not.toHaveProperty('denial');
    expect(outcome.asked.join()).not.toContain('patch');
  });
});

describe('a pod that may not roll its DaemonSet goes through, and an Event tells of it', () => {
  const waits = { annotations: { 'lockstep.dev/roll-on': 'create,update,scale' } };
  const rolls = { status: { desiredNumberScheduled: 2, updatedNumberScheduled: 1 } };

  test('if roll-on lacks node', async () => {
    const outcome = await runReview(pod(), drifted(waits));
    expect(outcome).toMatchObject({ decision: 'leave', reason: 'roll-on' });
    expect(outcome.told).toEqual([expect.stringContaining('roll-on does not list "node"')]);
  });

  test('if a rollout is under way', async () => {
    const outcome = await runReview(pod(), drifted(rolls));
    expect(outcome).toMatchObject({
      decision: 'leave',
      reason: 'rollout-under-way',
      warnings: [
        'configmap/app changed; daemonset/agent does not roll on this in the middle of a rollout: its pods may differ',
      ],
    });
    expect(outcome.told).toEqual([expect.stringContaining('a rollout was under way')]);
  });

  test('but no rollout replaces pods with OnDelete', async () => {
    expect(await runReview(pod(), drifted({ ...rolls, strategy: 'OnDelete' }))).toMatchObject({
      decision: 'write',
      told: [expect.stringContaining('pods of daemonset/agent change when you delete them')],
    });
  });

  test('but not on a dry run', async () => {
    expect((await runReview({ ...pod(), dryRun: true }, drifted(waits))).told).toEqual([]);
  });
});
