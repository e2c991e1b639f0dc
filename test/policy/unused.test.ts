import { expect, test } from 'vitest';
import { unusedProblems } from '../../src/policy/unused.ts';
import { parseSourceList } from '../../src/references/source-list.ts';

const metadata = { annotations: { 'lockstep.dev/only': 'x' } };
const template = {
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

function problems(list: string, secrets = true) {
  const parsed = parseSourceList(list, { patterns: true });
  const only = parsed.kind === 'list' ? parsed.entries : [];
  return unusedProblems({ metadata, template }, { only, secrets }).map(({ part, why }) => `${part} ${why}`);
}

test('names in only that the template does not refer to are named; patterns and keys of all are not', () => {
  const unused = 'is not what the pod template refers to';
  expect(problems('configmap/app, configmap/app#x, configmap/keys#a, secret/db, configmap/x*')).toEqual([]);
  expect(problems('configmap/typo secret/app configmap/keys#b')).toEqual([
    `configmap/typo ${unused}`,
    `secret/app ${unused}`,
    `configmap/keys#b ${unused}`,
  ]);
});

test('a Secret is named while Secrets are switched off', () => {
  expect(problems('configmap/app, secret/db', false)).toEqual([
    'secret/db is a Secret, and Secrets are switched off in this cluster',
  ]);
});

test('without a list there is nothing to name', () => {
  expect(unusedProblems({ metadata, template }, { only: undefined, secrets: true })).toEqual([]);
});

test('a list that is not of lockstep’s own annotation may name anything', () => {
  const only = [{ kind: 'configmap', name: 'typo', key: undefined } as const];
  expect(unusedProblems({ metadata: {}, template }, { only, secrets: true })).toEqual([]);
});
