import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAEMON_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { copiesIn, copyOf, ownersIn, PIN, readBy } from '../../lab/lockstep/pinned.ts';
import { LOCKSTEP_USER, untilInForce } from '../../lab/lockstep/policies.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { isAllowed } from '../kit/rights-of-user.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { directCalls } from './direct-calls.ts';
import { leftoversIn, ownersOf, untilGone } from './unowned-copies.ts';

const lockstep = useLockstep({ register: false });

/** The namespaces that lockstep acts in, one for each kind that is on, and another one. */
let ours: Sandbox;
let daemons: Sandbox;
let other: Sandbox;

beforeAll(async () => {
  ours = await lockstep().sandbox();
  daemons = await lockstep().sandbox({}, DAEMON_SET);
  other = await lockstep().sandbox();
  await ours.apply(configMap({ a: '1' }));
  const namespaces = [ours, daemons].map(({ namespace }) => namespace).join();
  const flags = ['--pin=on', '--pin-grace=1s', `--namespaces=${namespaces}`];
  await lockstep().restart([...flags, '--workloads=deployments,daemonsets']);
  const values = { 'pin.enabled': 'true', 'workloads.statefulSets': 'false' };
  await lockstep().register({ ...values, 'rbac.namespaces': `{${namespaces}}` }, ours);
});

// The rights and the policies are the whole cluster's again, for the next file.
afterAll(async () => {
  await lockstep().apply();
  await untilInForce(lockstep().cluster, other, {});
});

describe('lockstep with rights in some namespaces', () => {
  test('rolls, pins and sweeps there', async () => {
    await ours.apply(web({ labels: PIN }));
    await ours.untilRolledOut();
    await ours.editConfig({ a: '2' });
    await ours.kubectl(['scale', 'deployment/web', '--replicas=3']);
    await ours.untilRolledOut();
    const name = await copyOf(ours);
    expect(await readBy(ours)).toEqual([[name], [name], [name]]);
    await ours.apply((await leftoversIn(ours))('nobody'));
    await untilGone(ours, 'nobody');
  });

  test('rolls and pins a DaemonSet there, whose revision owns the copy', async () => {
    await daemons.apply(configMap({ a: '1' }), DAEMON_SET.web({ labels: PIN }));
    await daemons.untilRolledOut();
    await daemons.editConfig({ a: '2' });
    await daemons.kubectl(['annotate', daemons.subject, 'n=1']);
    await daemons.untilRolledOut();
    const name = await copyOf(daemons);
    expect(await readBy(daemons)).toEqual([[name]]);
    const copies = (await copiesIn(daemons)).filter(({ metadata }) => metadata.name === name);
    expect(ownersIn(copies).flat()).toContainEqual(expect.stringMatching(/^ControllerRevision\//));
  });

  test('does nothing elsewhere, and says so', async () => {
    await other.apply(configMap({ a: '1' }), web({ labels: PIN }), (await leftoversIn(other))('nobody'));
    await other.untilRolledOut();
    expect(await other.marks()).toEqual({ hash: undefined, sources: undefined });
    expect(await copiesIn(other)).toHaveLength(1);
    await ours.apply((await leftoversIn(ours))('nobody'));
    await untilGone(ours, 'nobody');
    expect(await ownersOf(other, 'nobody')).toHaveLength(1);
  });

  test('acts on the kinds that are on, and the API server does not call it for another', async () => {
    const ofKind = (kind: string, size: object) => {
      const { spec, ...rest } = { spec: {}, ...web() };
      const { replicas: _, ...shared } = { replicas: 0, ...spec };
      return { ...rest, kind, spec: { ...shared, ...size } };
    };
    await ours.apply(ofKind('StatefulSet', { replicas: 1 }), ofKind('DaemonSet', {}));
    await ours.kubectl(['scale', 'statefulset/web', '--replicas=2']);
    const path = '{range .items[*]}{.kind} {.spec.template.metadata.annotations}{"\\n"}{end}';
    const got = await ours.kubectl(['get', 'daemonset,statefulset', '-o', `jsonpath=${path}`]);
    expect(got.stdout).toMatch(/^DaemonSet .*config-hash.*\nStatefulSet *\n$/);
    const { metric } = lockstep().program();
    expect(await metric('lockstep_reviews_total', { reason: 'unknown-kind' })).toBe(0);
  });

  test('has no other rights', async () => {
    const wishes = [
      'get configmaps',
      'list configmaps',
      'create configmaps',
      'patch apps/deployments',
      'list apps/replicasets',
      'create events.k8s.io/events',
    ] as const;
    expect(await isAllowed(lockstep().cluster, LOCKSTEP_USER, 'get apps/statefulsets', ours.namespace)).toBe(
      false,
    );
    for (const wish of wishes) {
      const can = (namespace: string) => isAllowed(lockstep().cluster, LOCKSTEP_USER, wish, namespace);
      expect([wish, await can(ours.namespace), await can(other.namespace), await can('')]).toEqual([
        wish,
        true,
        false,
        false,
      ]);
    }
  });
});

describe('a call that lockstep does not act on', () => {
  const metadata = { name: 'web' };
  const scale = (replicas: number) => ({ metadata, spec: { replicas } });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true };
  const marks = {
    'lockstep.dev/config-sources': '{"configmap/app":"0123456789abcdef"}',
    'lockstep.dev/pinned': 'configmap/app',
  };
  const pod = {
    metadata: { name: 'web-1-a', annotations: marks, ownerReferences: [owner] },
    spec: { containers: [{ name: 'web', envFrom: [{ configMapRef: { name: 'app' } }] }] },
  };
  const set = (replicas: number) => ({
    metadata: { name: 'web-1', ownerReferences: [{ ...owner, kind: 'Deployment', name: 'web' }] },
    spec: { replicas },
  });
  const resource = { group: 'apps', resource: 'deployments' };

  const calls = async () => {
    const { metric } = lockstep().program();
    // The sweep lists all the time.
    const all = ['get', 'patch', 'create', 'delete'].map((verb) =>
      metric('lockstep_api_requests_total', { verb }),
    );
    return (await Promise.all(all)).reduce((sum, each) => sum + each, 0);
  };

  const ABOUT_DEPLOYMENTS: readonly (readonly [string, object])[] = [
    ['template', { operation: 'CREATE', resource, object: web() }],
    ['template/pin', { operation: 'CREATE', resource, object: web() }],
    ['scale', { operation: 'UPDATE', resource, object: scale(2), oldObject: scale(1) }],
    ['pod', { operation: 'CREATE', object: pod }],
    ['ceiling', { operation: 'UPDATE', object: set(2), oldObject: set(1) }],
  ];

  test.each(ABOUT_DEPLOYMENTS)(
    'since it names another namespace, gets no digest, and makes lockstep read and write nothing: %s',
    async (path, request) => {
      const direct = directCalls(lockstep().port);
      const before = await calls();
      for (const namespace of ['kube-system', 'lockstep', other.namespace]) {
        // Only decisions to leave it have no patch.
        const answer = await direct.review(path, { namespace, ...request });
        expect({ namespace, ...answer }).toMatchObject({ namespace, decision: 'leave', reason: 'excluded' });
      }
      expect(await calls()).toBe(before);
      await direct.review(path, { namespace: ours.namespace, ...request });
      expect(await calls()).toBeGreaterThan(before);
      await direct.close();
    },
  );

  test('about a kind that is off makes lockstep read and write nothing', async () => {
    await lockstep().restart(['--pin=on', `--namespaces=${ours.namespace}`, '--workloads=jobs']);
    const direct = directCalls(lockstep().port);
    const before = await calls();
    for (const [path, request] of ABOUT_DEPLOYMENTS) {
      const answer = await direct.review(path, { namespace: ours.namespace, ...request });
      const reason = path === 'ceiling' ? 'switched-off' : 'unknown-kind';
      expect({ path, ...answer }).toMatchObject({ path, decision: 'leave', reason });
    }
    expect(await calls()).toBe(before);
    await direct.close();
  });
});
