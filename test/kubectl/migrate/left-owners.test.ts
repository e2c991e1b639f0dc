import { expect, test } from 'vitest';
import { leftOwners, waveUses } from '../../../src/kubectl/migrate/left-owners.ts';
import { OPERATIONS } from '../../../src/policy/roll-on.ts';
import { viewOf } from '../../kit/deployments.ts';

const DEFAULTS = { secrets: true, include: true, edit: true, ignore: [], rollOn: OPERATIONS };

/** A Deployment that uses configmap/app, and names configmap/flags for Wave. */
const asking = (
  uid: string,
  update: Record<string, string> = { 'wave.pusher.com/update-on-config-change': 'true' },
) =>
  viewOf({
    metadata: {
      name: uid,
      uid,
      annotations: { ...update, 'wave.pusher.com/extra-configmaps': 'flags, other/else' },
    },
    spec: {
      replicas: 1,
      template: { spec: { containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'app' } }] }] } },
    },
  });

/** What is found on a ConfigMap with these owners. */
function ownersOf(name: string, uids: readonly string[], labels: Record<string, string> = {}) {
  const owners = uids.map((uid) => ({ kind: 'Deployment', name: uid, uid }));
  const object = { metadata: { labels, ownerReferences: owners } };
  const uses = waveUses([asking('a'), asking('c'), asking('silent', {})], DEFAULTS);
  const { findings, change } = leftOwners(
    { kind: 'ConfigMap', name, namespace: 'shop', own: {}, object },
    uses,
  );
  return {
    found: findings.map(({ what }) => what),
    patch: change.patch.map(({ op, path }) => `${op} ${path}`),
  };
}

test('an owner goes only if it asks Wave', () => {
  expect(ownersOf('app', ['a', 'silent', 'c'])).toEqual({
    found: ['ownerReference to deployment/c', 'ownerReference to deployment/a'],
    patch: [
      'test /metadata/ownerReferences/2/uid',
      'remove /metadata/ownerReferences/2',
      'test /metadata/ownerReferences/0/uid',
      'remove /metadata/ownerReferences/0',
    ],
  });
});

test('an owner goes only from what it uses, or names for Wave', () => {
  expect(ownersOf('flags', ['a']).found).toEqual(['ownerReference to deployment/a']);
  expect(ownersOf('own', ['a'])).toEqual({ found: [], patch: [] });
});

test('a reservation of a copy is no leftover of Wave', () => {
  expect(ownersOf('app', ['a'], { 'lockstep.dev/copy': 'true' })).toEqual({ found: [], patch: [] });
});
