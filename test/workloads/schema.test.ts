import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { maybe } from '../../src/schema.ts';
import { checkOf } from '../../src/workloads/check.ts';
import { ObjectMeta } from '../../src/workloads/schema.ts';

test('an optional field may also be null, and nothing else', () => {
  const check = checkOf(Type.Object({ replicas: maybe(Type.Integer()) }));
  const kinds = [{}, { replicas: null }, { replicas: 2 }, { replicas: '2' }].map((of) => check(of).kind);
  expect(kinds).toEqual(['checked', 'checked', 'checked', 'wrong']);
});

test('metadata is accepted with nulls and unknown fields', () => {
  const check = checkOf(ObjectMeta);
  const metadata = {
    name: 'web',
    labels: null,
    annotations: { a: 'b' },
    managedFields: [{ manager: 'kubectl' }],
  };
  expect(check(metadata)).toEqual({ kind: 'checked', object: metadata });
  expect(check({ annotations: { a: true } }).kind).toBe('wrong');
});
