import { expect, test } from 'vitest';
import { publishedPolicy } from '../../src/config/published.ts';
import { allReferences } from '../../src/kubectl/users.ts';
import { countedReferences } from '../../src/kubectl/whose-word.ts';
import { sourceMark } from '../../src/marks/ignore.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { workloadOf } from '../../src/workloads/workload.ts';

const TEMPLATE = {
  spec: {
    containers: [
      {
        name: 'web',
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'keys', key: 'a' } } }],
        envFrom: [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }],
      },
    ],
  },
};

/** What does not count of each source, and by whose word. */
function wordsOf(
  annotations: Record<string, string>,
  args: readonly string[] = ['--secrets', 'on'],
  marked: Record<string, string> = {},
) {
  const object = { metadata: { name: 'web', annotations }, spec: { template: TEMPLATE } };
  const checked = DEPLOYMENT.check(object);
  if (checked.kind !== 'checked') throw new Error('no Deployment');
  const workload = workloadOf(DEPLOYMENT, checked.object, 'shop');
  const policy = publishedPolicy(args);
  const counted = countedReferences(policy, workload, allReferences(policy, workload) ?? [], (id) =>
    id === 'configmap/app' ? sourceMark(marked, policy.compat) : undefined,
  );
  return Object.fromEntries(
    counted.map(({ reference, counting, ignored }) => [
      `${reference.kind}/${reference.name}`,
      {
        counts: counting.length > 0,
        ignored: ignored.map(({ keys, by }) => `${[keys].flat().join()}: ${by}`),
      },
    ]),
  );
}

const ALL = { counts: true, ignored: [] };
const none = (by: string) => ({ counts: false, ignored: [`all: ${by}`] });

test('all counts where nobody says otherwise', () => {
  expect(wordsOf({})).toEqual({ 'configmap/app': ALL, 'secret/db': ALL, 'configmap/keys': ALL });
});

test('the cluster, the workload and the source each have a word', () => {
  const own = 'lockstep.dev/ignore of the workload';
  const args = ['--secrets', 'on', '--ignore', 'configmap/*#debug'];
  expect(wordsOf({ 'lockstep.dev/ignore': 'configmap/app#log, configmap/keys#a' }, args)).toMatchObject({
    'configmap/app': { counts: true, ignored: ['debug: ignore of the cluster', `log: ${own}`] },
    'configmap/keys': none(own),
  });
  expect(wordsOf({}, args, { 'lockstep.dev/ignore': 'true' })['configmap/app']).toMatchObject({
    counts: false,
    ignored: ['debug: ignore of the cluster', 'all: lockstep.dev/ignore of the source'],
  });
  expect(wordsOf({}, [])['secret/db']).toEqual(none('Secrets are switched off in this cluster'));
});

test('a list of what alone counts leaves out the others', () => {
  const only = 'lockstep.dev/only of the workload';
  expect(wordsOf({ 'lockstep.dev/only': 'configmap/app#a, secret/db' })).toEqual({
    'configmap/app': { counts: true, ignored: [`others: ${only}`] },
    'secret/db': ALL,
    'configmap/keys': none(only),
  });
});

test('annotations of a peer have a word where they count', () => {
  const search = { 'reloader.stakater.com/search': 'true' };
  const args = ['--secrets', 'on', '--compat', 'reloader'];
  expect(wordsOf(search, args)['configmap/app']).toEqual(none('a mark of Reloader that the source lacks'));
  const match = { 'reloader.stakater.com/match': 'true' };
  expect(wordsOf(search, args, match)['configmap/app']).toEqual(ALL);
  expect(wordsOf({ 'configmap.reloader.stakater.com/reload': 'keys' }, args)['configmap/app']).toEqual(
    none('annotations of Reloader or Wave'),
  );
});
