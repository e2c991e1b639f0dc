import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/manifests/documents.ts';
import { ONLY_INJECT_REFUSES, ONLY_KUBECTL_REFUSES, REFUSED, SAME } from '../kit/yaml-shapes.ts';

const values = (text: string): unknown =>
  readDocuments({ name: 'a.yaml', text }).documents.map(({ value }) => value);
/** As JSON, so that -0 counts as 0. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a document is read as kubectl reads it:', () => {
  test.each(SAME)('%j', (text, expected) => {
    if (expected === REFUSED) expect(() => values(text)).toThrow('a.yaml:');
    else expect(json(values(text))).toEqual(json(JSON.parse(expected)));
  });

  test.each(ONLY_INJECT_REFUSES)('%j is refused', (text) => {
    expect(() => values(text)).toThrow('a.yaml:');
  });

  test.each(ONLY_KUBECTL_REFUSES)('%j is taken', (text) => {
    expect(() => values(text)).not.toThrow();
  });
});

test('a key called __proto__ is a key', () => {
  const [value] = readDocuments({ name: 'a.yaml', text: '__proto__: {polluted: 1}\n' }).documents.map(
    (each) => each.value,
  );
  expect(Object.keys(Object(value))).toEqual(['__proto__']);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('doubled keys are told with their places, each once', () => {
  const text = 'x: &x {p: 1, p: 2}\ny:\n  <<: *x\nz: *x\nx: 3\n';
  expect(readDocuments({ name: 'a.yaml', text }).documents[0]?.doubled).toEqual([
    'a.yaml:1:14',
    'a.yaml:5:1',
  ]);
});
