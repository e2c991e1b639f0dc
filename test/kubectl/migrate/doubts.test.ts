import { describe, expect, test } from 'vitest';
import type { AssessmentAnswer } from '../../../src/assessments/shape.ts';
import { configState, v1 } from '../../../src/digest/format.ts';
import { doubtsAbout, type Known } from '../../../src/kubectl/migrate/doubts.ts';
import { marksOfState, objectWithMarks } from '../../../src/marks/marks.ts';
import { DEPLOYMENT } from '../../../src/workloads/deployment.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { ALL_OF_APP, deployment, viewOf, withMarks } from '../../kit/deployments.ts';
import { type Listed, listedSession } from '../../kit/listed-session.ts';

const app = (a: string) => ({
  metadata: { name: 'app', namespace: 'shop', uid: 'app', resourceVersion: '1' },
  data: { a },
});
const LISTED: Listed = { configmaps: [app('1')] };

/** A Deployment whose record says that the ConfigMap held this. */
function recorded(a: string, labels: Record<string, string> = {}, replicas = 2): Workload {
  const digest = v1().sourceDigest('shop', ALL_OF_APP, { data: { a }, binaryData: {} });
  const marks = marksOfState(configState(new Map([['configmap/app', digest]]), v1()));
  const of = withMarks(deployment({ labels }), marks);
  return viewOf({ ...of, metadata: { ...of.metadata, uid: 'd' }, spec: { ...of.spec, replicas } });
}

interface Given {
  readonly workload: Workload;
  readonly after?: Workload;
  readonly known?: Partial<Known>;
  readonly listed?: Listed;
  readonly args?: readonly string[];
  readonly answer?: AssessmentAnswer;
}

/** Why the update may roll pods. Undefined: it does not. */
async function doubt({ workload, after = workload, known = {}, listed = LISTED, args = [], answer }: Given) {
  const { session } = listedSession(listed, args);
  const cluster = await session.policy();
  const read = {
    among: [workload],
    namespaces: new Map(),
    namespace: 'shop',
    cluster,
    isPart: false,
    ...known,
  };
  const assessments = { read: async () => answer ?? ('unavailable' as const) };
  const doubts = await doubtsAbout({ ...session, assessments }, [{ workload, after }], read);
  return doubts.get(workload);
}

const DISABLED = { 'lockstep.dev/inject': 'disabled' };
const NOTE = 'there are no settings';

describe('an update that leaves the template alone', () => {
  test('restarts no pod of a workload in step', async () => {
    expect(await doubt({ workload: recorded('1') })).toBeUndefined();
  });

  test('may roll one that has drifted', async () => {
    expect(await doubt({ workload: recorded('0') })).toContain('configmap/app changed');
  });

  test('may roll one that has drifted while lockstep was kept out, if it lets lockstep in', async () => {
    const workload = recorded('0', DISABLED);
    expect(await doubt({ workload })).toBeUndefined();
    expect(await doubt({ workload, after: recorded('0') })).toContain('configmap/app changed');
  });

  test('may roll pods of a Rollout that was not read', async () => {
    const workload = recorded('0', {}, 0);
    expect(await doubt({ workload })).toBeUndefined();
    expect(await doubt({ workload, known: { isPart: true } })).toContain('a Rollout may make pods');
  });

  test('may roll what nobody here can judge: settings, namespaces or ConfigMaps are not known', async () => {
    const workload = recorded('1');
    const cluster = { ...(await listedSession(LISTED).session.policy()), note: NOTE };
    expect(await doubt({ workload, known: { cluster } })).toContain(NOTE);
    const kept = recorded('1', DISABLED);
    expect(await doubt({ workload: kept, known: { namespaces: undefined } })).toContain(
      'labels of its namespace',
    );
  });

  test('may do anything to the workload whose template it takes', async () => {
    const workload = {
      ...recorded('1'),
      templateRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    };
    expect(await doubt({ workload })).toContain('takes its template from another workload');
  });
});

test('lockstep has answered about what is stored, and not about what a command makes of it', async () => {
  const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'a' } } }];
  const withSecret = (labels: Record<string, string>): Workload => {
    const state = configState(new Map([['secret/db', 'a'.repeat(64)]]), v1());
    const of = objectWithMarks(viewOf(deployment({ env, labels })), marksOfState(state));
    const checked = DEPLOYMENT.check(of);
    if (checked.kind === 'wrong') expect.unreachable();
    return viewOf(checked.object as Parameters<typeof viewOf>[0]);
  };
  const args = ['--secrets=on'];
  const decision = { action: 'leave', reason: 'in-step', changed: [] };
  const answer = {
    decision,
    pin: { pinned: [] },
    recorded: true,
    sources: [],
    warnings: [],
  } as unknown as AssessmentAnswer;
  const [stored, kept] = [withSecret({}), withSecret(DISABLED)];
  expect(await doubt({ workload: stored, args, answer })).toBeUndefined();
  // It was kept out, so nothing needed an answer.
  expect(await doubt({ workload: kept, after: stored, args, answer })).toContain('secret/db');
  // What lockstep has answered says nothing of what counts only afterwards.
  const { metadata } = stored;
  const annotations = { ...metadata.annotations, 'lockstep.dev/include': 'secret/other' };
  const after = { ...stored, metadata: { ...metadata, annotations } };
  expect(await doubt({ workload: stored, after, args, answer })).toContain('secret/other');
});
