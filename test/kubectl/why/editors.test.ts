import { expect, test } from 'vitest';
import { editorsOf } from '../../../src/kubectl/why/editors.ts';

const entry = (manager: string, time: string, ...keys: readonly string[]) => ({
  manager,
  time,
  fieldsV1: { 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) },
});
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const span = { fromMs: Date.parse(at(10)), untilMs: Date.parse(at(20)) };
const source = (managedFields: readonly object[], keys?: readonly string[]) => ({
  id: 'configmap/app',
  metadata: { managedFields },
  keys,
  counts: (key: string) => key !== 'ignored',
  tellsKeys: true,
});

test('who has written between the two revisions is likely the editor, with the keys that they own', () => {
  const entries = [entry('helm', at(5), 'b'), entry('kubectl-edit', at(15), 'a', 'ignored')];
  expect(editorsOf(source(entries), span)).toEqual([
    {
      certainty: 'likely',
      about: 'editor',
      message: 'field manager kubectl-edit wrote configmap/app, likely a',
      time: at(15),
    },
  ]);
});

test('where copies tell the keys, only their owners count', () => {
  const entries = [entry('helm', at(15), 'b'), entry('kubectl-edit', at(15), 'a')];
  expect(editorsOf(source(entries, ['b']), span).map(({ message }) => message)).toEqual([
    'field manager helm wrote b of configmap/app',
  ]);
});

test('no key of a Secret is named', () => {
  const secret = { ...source([entry('helm', at(15), 'password')]), id: 'secret/db', tellsKeys: false };
  expect(editorsOf(secret, span).map(({ message }) => message)).toEqual([
    'field manager helm wrote secret/db',
  ]);
});

test('a later write hides an earlier one of the same manager, and nobody is accused', () => {
  expect(editorsOf(source([entry('kubectl-edit', at(25), 'a')]), span)).toEqual([
    {
      certainty: 'unknown',
      about: 'editor',
      message: 'nothing tells who edited configmap/app then: kubectl-edit has written it again since',
    },
  ]);
  expect(editorsOf(source([]), span)[0]?.certainty).toBe('unknown');
  expect(editorsOf({ ...source([]), metadata: undefined }, span)[0]?.message).toContain('cannot be read');
});
