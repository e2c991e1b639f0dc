import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { isAllowed, type Wish } from '../kit/rights-of-user.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { listAllObjects } from './all-objects.ts';
import { type Release, release } from './release.ts';
import { OUTSIDE, PIN } from './variants.ts';

const NAME = 'lockstep-narrowed';
const USER = `system:serviceaccount:${NAME}:${NAME}`;
const [SHOP, BANK] = [`${NAME}-shop`, `${NAME}-bank`];

/** lockstep's rights with pin, in each namespace that it acts in. */
const WISHES: readonly Wish[] = [
  ...['get', 'list', 'create', 'patch', 'delete'].map((verb) => `${verb} configmaps` as const),
  ...['get', 'list', 'patch'].map((verb) => `${verb} apps/deployments` as const),
  ...['get', 'list', 'patch'].map((verb) => `${verb} apps/statefulsets` as const),
  ...['get', 'list'].map((verb) => `${verb} apps/daemonsets` as const),
  ...['get', 'list'].map((verb) => `${verb} apps/replicasets` as const),
  ...['get', 'list'].map((verb) => `${verb} apps/controllerrevisions` as const),
  'list pods',
  'create events.k8s.io/events',
];

let ours: Release;
let before: readonly string[];
beforeAll(async () => {
  ours = await release(NAME);
  for (const namespace of [SHOP, BANK]) await useCluster().kubectl(['create', 'namespace', namespace]);
  before = await listAllObjects(NAME);
});
afterAll(async () => {
  await ours?.uninstall();
  await useCluster().kubectl(['delete', 'namespace', SHOP, BANK, '--wait=false']);
});

const values = (...namespaces: readonly string[]) => ({ ...OUTSIDE, ...PIN, rbac: { namespaces } });

/** In which of these namespaces lockstep has all of the rights, or one of them. Empty: in the whole cluster. */
async function placesOf(): Promise<{ all: readonly string[]; any: readonly string[] }> {
  const places = ['', SHOP, BANK, 'kube-system'];
  const rights = await Promise.all(
    places.map((place) => Promise.all(WISHES.map((wish) => isAllowed(useCluster(), USER, wish, place)))),
  );
  const where = (holds: (allowed: readonly boolean[]) => boolean) =>
    places.filter((_, i) => holds(rights[i] ?? []));
  return { all: where((each) => !each.includes(false)), any: where((each) => each.includes(true)) };
}

/** Waits until the authorizer knows the roles. */
const untilIn = (...places: readonly string[]) =>
  eventually(async () => expect(await placesOf()).toEqual({ all: places, any: places }));

const rolesIn = async (namespace: string) =>
  (await useCluster().kubectlOk(['-n', namespace, 'get', 'roles,rolebindings', '--output=name'])).stdout;

test('a release of the whole cluster is narrowed to some namespaces, to others, and back, and leaves nothing', async () => {
  await ours.install(values());
  await untilIn('', SHOP, BANK, 'kube-system');

  await ours.upgrade(values(SHOP));
  await untilIn(SHOP);
  await ours.upgrade(values(BANK));
  await untilIn(BANK);
  expect(await rolesIn(SHOP)).toBe('');
  await ours.rollback(1);
  await untilIn('', SHOP, BANK, 'kube-system');
  expect(await rolesIn(BANK)).toBe('');

  await ours.upgrade(values(SHOP, BANK));
  await ours.uninstall();
  await untilIn();
  expect([await rolesIn(SHOP), await rolesIn(BANK)]).toEqual(['', '']);
  expect(await listAllObjects(NAME)).toEqual(before);
});
