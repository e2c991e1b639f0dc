import { describe, expect, test } from 'vitest';
import { type Route, routesOf } from '../../src/admission/routes.ts';
import { WEBHOOKS, type Webhook } from '../../src/admission/webhooks.ts';
import { MODES } from '../../src/policy/mode.ts';
import { deployment } from '../kit/deployments.ts';
import { reviewContext, reviewDeps } from '../kit/reviews.ts';

function webhook(name: Webhook['name']): Webhook {
  const found = WEBHOOKS.find((row) => row.name === name);
  if (!found) throw new Error(`no webhook ${name}`);
  return found;
}
const body = (request: object) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u1', namespace: 'shop', operation: 'UPDATE', ...request },
});

test('each webhook has a name of its own', () => {
  expect(WEBHOOKS.map(({ name }) => name).sort()).toEqual([
    'ceiling',
    'configured',
    'job',
    'node',
    'pod',
    'scale',
    'template',
  ]);
});

/** A path that says nothing of the mode. */
const isPlain = ({ path }: Route) => !/\/(enforce|observe)$/.test(path);

describe('the paths of a webhook', () => {
  const told = (name: Webhook['name'], onError: 'allow' | 'deny') =>
    routesOf(webhook(name), onError, 'enforce')
      .filter(isPlain)
      .map((route) => {
        const pin = route.pinNamespace ? ' pin' : '';
        return `${route.path}: ${route.onError}${pin}`;
      });

  test.each(['template', 'scale', 'job'] as const)(
    '%s: one for each answer to errors, with and without copies',
    (name) => {
      expect(told(name, 'deny')).toEqual([
        `/admission/${name}: deny`,
        `/admission/${name}/pin: deny pin`,
        `/admission/${name}/allow: allow`,
        `/admission/${name}/allow/pin: allow pin`,
        `/admission/${name}/deny: deny`,
        `/admission/${name}/deny/pin: deny pin`,
      ]);
      expect(told(name, 'allow')[0]).toBe(`/admission/${name}: allow`);
    },
  );

  test('job: a call that could not be checked is denied only where the path says that its Job asks', () => {
    const unchecked = routesOf(webhook('job'), 'deny', 'enforce')
      .filter(isPlain)
      .map(({ path, ifUnchecked }) => [path, ifUnchecked]);
    expect(Object.fromEntries(unchecked)).toEqual({
      '/admission/job': 'allow',
      '/admission/job/pin': 'deny',
      '/admission/job/allow': 'allow',
      '/admission/job/allow/pin': 'allow',
      '/admission/job/deny': 'allow',
      '/admission/job/deny/pin': 'deny',
    });
    for (const name of ['template', 'scale', 'pod', 'ceiling'] as const)
      for (const { onError, ifUnchecked } of routesOf(webhook(name), 'deny', 'enforce'))
        expect(ifUnchecked).toBe(onError);
  });

  test.each(WEBHOOKS)('$name: the path that says nothing of the mode follows the cluster’s', (row) => {
    for (const mode of MODES) {
      const routes = routesOf(row, 'deny', mode);
      const modes = (ending: string) =>
        new Set(routes.filter(({ path }) => path.endsWith(ending)).map((route) => route.mode));
      expect(new Set(routes.filter(isPlain).map((route) => route.mode))).toEqual(new Set([mode]));
      expect([modes('/enforce'), modes('/observe')]).toEqual([new Set(['enforce']), new Set(['observe'])]);
      // Nothing is refused where lockstep only observes.
      for (const { onError, ifUnchecked } of routes.filter((route) => route.mode === 'observe'))
        expect([onError, ifUnchecked]).toEqual(['allow', 'allow']);
    }
  });

  test('pod: one for each answer to errors; the pod’s annotations name the copies', () => {
    expect(told('pod', 'deny')).toEqual([
      '/admission/pod: deny',
      '/admission/pod/allow: allow',
      '/admission/pod/deny: deny',
    ]);
  });

  test('node: one for namespaces with copies and one for the others, which never deny', () => {
    expect(told('node', 'deny')).toEqual(['/admission/node: allow', '/admission/node/pin: allow pin']);
  });

  test('ceiling: one, which never denies', () => {
    expect(told('ceiling', 'deny')).toEqual(['/admission/ceiling: allow']);
  });

  test('configured: one, which never denies for an error', () => {
    expect(told('configured', 'deny')).toEqual(['/admission/configured: allow']);
  });

  test('are all different', () => {
    const paths = WEBHOOKS.flatMap((row) => routesOf(row, 'allow', 'enforce')).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe('the resource of a review', () => {
  const { deps } = reviewDeps();
  const resource = { group: 'apps', resource: 'deployments' };
  const named = { object: { metadata: { name: 'web' } } };
  test.each<[Webhook['name'], object, string]>([
    ['template', { resource, ...named }, 'deployment/web'],
    ['template', { resource, object: { metadata: { generateName: 'web-' } } }, 'deployment/web-*'],
    ['template', { resource, name: 'called', object: { metadata: {} } }, 'deployment/called'],
    ['template', { resource: { group: 'apps', resource: 'orchards' }, ...named }, 'object/web'],
    ['scale', { resource, ...named }, 'deployment/web'],
    ['scale', named, 'deployment/web'],
    ['pod', named, 'pod/web'],
    ['job', named, 'pod/web'],
    ['configured', named, 'pod/web'],
    ['ceiling', named, 'replicaset/web'],
    ['node', { object: { metadata: { generateName: 'agent-' } } }, 'pod/agent-*'],
  ])('%s: %j is %s', (name, request, subject) => {
    expect(webhook(name).aboutOf(deps, body(request))).toEqual({
      webhook: name,
      uid: 'u1',
      namespace: 'shop',
      subject,
      dryRun: false,
    });
  });

  test('is a dry run if the request says so', () => {
    expect(webhook('pod').aboutOf(deps, body({ ...named, dryRun: true }))).toMatchObject({ dryRun: true });
  });
});

test.each(WEBHOOKS.map(({ name }) => name))('says who asked, at a length that fits a log: %s', (name) => {
  const { deps } = reviewDeps();
  const userOf = (userInfo?: object) =>
    webhook(name).aboutOf(deps, body({ object: { metadata: { name: 'web' } }, userInfo })).user;
  expect(userOf({ username: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler' })).toBe(
    'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
  );
  expect(userOf({ username: 'x'.repeat(1_000_000) })).toHaveLength(340);
  expect([userOf(), userOf({}), userOf({ username: '' })]).toEqual([undefined, undefined, undefined]);
});

describe('each row calls its own review', () => {
  const owned = {
    name: 'web-1',
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
  };
  const set = (replicas: number) => ({ metadata: owned, spec: { replicas } });
  const scale = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
  test.each<[Webhook['name'], object, object]>([
    ['template', { operation: 'CREATE', object: deployment({}) }, { decision: 'write', reason: 'created' }],
    ['scale', { object: scale(1), oldObject: scale(2) }, { decision: 'leave', reason: 'not-growing' }],
    ['pod', { operation: 'CREATE', object: { metadata: {} } }, { decision: 'leave', reason: 'switched-off' }],
    ['job', { operation: 'CREATE', object: { metadata: {} } }, { decision: 'leave', reason: 'switched-off' }],
    [
      'configured',
      { operation: 'CREATE', object: { metadata: {} } },
      { decision: 'leave', reason: 'switched-off' },
    ],
    ['ceiling', { object: set(1), oldObject: set(2) }, { decision: 'leave', reason: 'not-growing' }],
    [
      'node',
      { operation: 'CREATE', object: { metadata: {} } },
      { decision: 'leave', reason: 'no-daemonset' },
    ],
  ])('%s', async (name, request, outcome) => {
    const { deps } = reviewDeps();
    expect(await webhook(name).review(deps, body(request), reviewContext())).toMatchObject(outcome);
  });

  test.each(WEBHOOKS.map(({ name }) => name))(
    'reads nothing in a namespace that is not in scope: %s',
    async (name) => {
      const { deps, asked, told } = reviewDeps();
      const grown = name === 'scale' ? scale(2) : name === 'ceiling' ? set(2) : deployment({});
      const shrunk = name === 'scale' ? scale(1) : set(1);
      const request = { operation: 'UPDATE', object: grown, oldObject: name === 'template' ? grown : shrunk };
      for (const scope of [
        { excluded: ['shop'], only: [] },
        { excluded: [], only: ['other'] },
      ]) {
        const outcome = await webhook(name).review({ ...deps, scope }, body(request), reviewContext());
        expect(outcome).toEqual({ decision: 'leave', reason: 'excluded', warnings: [] });
      }
      expect([...asked, ...told]).toEqual([]);
    },
  );

  test('reads nothing if the ceiling is switched off', async () => {
    const { deps, asked } = reviewDeps({}, { ceiling: undefined });
    const grown = body({ object: set(2), oldObject: set(1) });
    expect(await webhook('ceiling').review(deps, grown, reviewContext())).toMatchObject({
      reason: 'switched-off',
    });
    expect(asked).toEqual([]);
  });
});
