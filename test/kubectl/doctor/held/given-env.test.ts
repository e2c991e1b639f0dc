import { expect, test } from 'vitest';
import type { GivenContainer } from '../../../../src/kubectl/doctor/held/exec-pod.ts';
import type { KeysOf } from '../../../../src/kubectl/doctor/held/given.ts';
import { givenEnv } from '../../../../src/kubectl/doctor/held/given-env.ts';
import { sourceId } from '../../../../src/references/sources.ts';

const KEYS: Readonly<Record<string, readonly string[]>> = { app: ['a', 'b'], other: ['b', 'c'] };
const keysOf: KeysOf = ({ kind, name }) =>
  kind === 'secret' ? undefined : { env: KEYS[name] ?? [], files: [] };

const given = (container: Omit<GivenContainer, 'name'>) => {
  const { given: all, hidden, unlisted } = givenEnv({ name: 'web', ...container }, keysOf);
  return {
    given: all.map(
      ({ source, key, place, perhapsHiddenBy }) =>
        `${place.kind === 'env' ? place.name : ''}=${sourceId(source)}#${key}${perhapsHiddenBy ? ` or ${sourceId(perhapsHiddenBy)}` : ''}`,
    ),
    hidden: hidden.map(({ hidden: each, by }) => `${sourceId(each.source)}#${each.key} by ${by}`),
    unlisted: unlisted.map(sourceId),
  };
};
const all = (name: string, prefix?: string) => ({ configMapRef: { name }, ...(prefix && { prefix }) });
const key = (name: string, source: string, of: string, optional = false) => ({
  name,
  valueFrom: { configMapKeyRef: { name: source, key: of, optional } },
});

test('of one name, the last of envFrom counts, and env before it', () => {
  expect(given({ envFrom: [all('app'), all('other')] })).toMatchObject({
    given: ['a=configmap/app#a', 'b=configmap/other#b', 'c=configmap/other#c'],
    hidden: ['configmap/app#b by envFrom configmap/other'],
  });
  expect(given({ envFrom: [all('app')], env: [key('a', 'other', 'c'), { name: 'b' }] })).toMatchObject({
    given: ['a=configmap/other#c'],
    hidden: ['configmap/app#a by env a', 'configmap/app#b by env b'],
  });
  expect(given({ env: [key('x', 'app', 'a'), key('x', 'app', 'b')] })).toMatchObject({
    given: ['x=configmap/app#b'],
    hidden: ['configmap/app#a by env x'],
  });
  // The same key twice hides nothing.
  expect(given({ envFrom: [all('app')], env: [key('a', 'app', 'a')] }).hidden).toEqual([]);
});

test('a prefix keeps names apart', () => {
  expect(given({ envFrom: [all('app'), all('other', 'X_')] })).toMatchObject({
    given: ['a=configmap/app#a', 'b=configmap/app#b', 'X_b=configmap/other#b', 'X_c=configmap/other#c'],
    hidden: [],
  });
});

test('an optional key that is missing leaves the place to what was there', () => {
  expect(given({ envFrom: [all('app')], env: [key('a', 'other', 'none', true)] })).toMatchObject({
    given: ['a=configmap/app#a', 'b=configmap/app#b'],
  });
  expect(given({ env: [key('a', 'other', 'none', true)] }).given).toEqual(['a=configmap/other#none']);
});

test('a Secret may hide what came before it, and not what comes after', () => {
  const secret = { secretRef: { name: 'db' } };
  expect(given({ envFrom: [all('app'), secret, all('other')], env: [key('a', 'app', 'a')] })).toEqual({
    given: ['a=configmap/app#a', 'b=configmap/other#b', 'c=configmap/other#c'],
    hidden: ['configmap/app#b by envFrom configmap/other'],
    unlisted: ['secret/db'],
  });
  expect(given({ envFrom: [all('app'), secret] }).given).toEqual([
    'a=configmap/app#a or secret/db',
    'b=configmap/app#b or secret/db',
  ]);
});
