import { describe, expect, test } from 'vitest';
import { EDITED } from '../../src/marks/names.ts';
import { MARKS } from '../../src/marks/table.ts';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { GIVEN, INSIDE, OUTSIDE, PIN } from './variants.ts';

async function policies(values: Values) {
  const rendered = await objects(values);
  const all = rendered.all('ValidatingAdmissionPolicy');
  const bindings = rendered.all('ValidatingAdmissionPolicyBinding');
  const names = all.map(({ metadata }) => metadata?.name?.replace('lockstep-', ''));
  return { all, bindings, names };
}

const OWN = ['own-copies', 'own-records', 'own-workloads'];

describe('the policies', () => {
  test.each<[string, Values, readonly string[]]>([
    ['with a certificate given', GIVEN, OWN],
    [
      'with certificates of its own',
      INSIDE,
      ['own-copies', 'own-records', 'own-registration', 'own-workloads'],
    ],
    ['with pin, outside the cluster', { ...OUTSIDE, ...PIN }, ['copies', ...OWN]],
    [
      'with unblocking',
      { ...GIVEN, unblock: { enabled: true } },
      ['own-copies', 'own-pods', 'own-records', 'own-workloads'],
    ],
    ['switched off', { ...PIN, admissionPolicies: { enabled: false } }, []],
    [
      'without that for workloads',
      { ...GIVEN, admissionPolicies: { workloads: false } },
      ['own-copies', 'own-records'],
    ],
  ])('are these: %s', async (_, values, names) => {
    expect((await policies(values)).names).toEqual(names);
  });

  test('are enforced by one binding each, everywhere, also if they cannot be evaluated', async () => {
    const { all, bindings } = await policies({ ...INSIDE, ...PIN });

    expect(bindings.map(({ spec }) => spec)).toEqual(
      all.map(({ metadata }) => ({ policyName: metadata?.name, validationActions: ['Deny'] })),
    );
    expect(all.map(({ spec }) => spec?.failurePolicy)).toEqual(all.map(() => 'Fail'));
  });

  // Other writes end there, before anything else is evaluated.
  test.each([
    ['its default name', {}, 'lockstep'],
    ['a given name', { serviceAccount: { name: 'pacer' } }, 'pacer'],
    ['an account that exists', { serviceAccount: { create: false, name: 'given' } }, 'given'],
    ['outside the cluster', OUTSIDE, 'lockstep'],
  ])('ask first whether lockstep writes: %s', async (_, values, name) => {
    const { all } = await policies({ ...PIN, ...values });

    for (const { metadata, spec } of all) {
      const is = metadata?.name === 'lockstep-copies' ? '!=' : '==';
      expect(spec?.matchConditions?.[0]?.expression).toBe(
        `request.userInfo.username ${is} "system:serviceaccount:lockstep:${name}"`,
      );
    }
  });

  test('let lockstep write each of its marks and its note, and no other annotation of its own', async () => {
    const marks = [...Object.values(MARKS).map(({ name }) => name), EDITED];
    const { all } = await policies(GIVEN);
    const text = JSON.stringify(all.find(({ metadata }) => metadata?.name === 'lockstep-own-workloads'));

    expect(new Set(text.match(/lockstep\.dev\/[a-z-]+/g))).toEqual(new Set(marks));
  });
});
