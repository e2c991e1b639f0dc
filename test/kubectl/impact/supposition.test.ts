import { describe, expect, test } from 'vitest';
import type { DecodedSource } from '../../../src/cluster/source-kinds.ts';
import { changedKeys, type Edit, edited, supposedBy } from '../../../src/kubectl/impact/supposition.ts';
import { isTouched } from '../../../src/kubectl/supposed.ts';
import type { SourceKind } from '../../../src/references/sources.ts';
import type { Usage } from '../../../src/references/usage.ts';

const live: DecodedSource = {
  metadata: { uid: 'u', resourceVersion: '1', annotations: { own: '1' } },
  content: { data: { a: '1', b: '1' }, binaryData: { c: 'MQ==' } },
  immutable: false,
  type: undefined,
};
const usage = (keys: Usage['data'], kind: SourceKind = 'configmap', except: string[] = []): Usage => ({
  kind,
  name: 'app',
  data: kind === 'secret' ? [] : keys,
  binaryData: keys,
  except,
  required: true,
});
const suppose = (edit: Edit, kind: SourceKind = 'configmap', used: readonly Usage[] = []) =>
  supposedBy({ kind, name: 'app', namespace: 'shop', edit }, kind === 'secret' ? undefined : live, used, 0);

describe('an edit of a ConfigMap', () => {
  test('of keys touches who uses them', () => {
    const supposed = suppose({ kind: 'keys', keys: ['a', 'c'] });
    expect(changedKeys(supposed)).toEqual(['a', 'c']);
    expect(isTouched(usage(['a']), supposed)).toBe(true);
    expect(isTouched(usage(['c']), supposed)).toBe(true);
    expect(isTouched(usage(['b']), supposed)).toBe(false);
    expect(isTouched(usage('all', 'configmap', ['a', 'c*']), supposed)).toBe(false);
  });

  test('of any key touches who uses one, also one that is not there yet', () => {
    const supposed = suppose({ kind: 'any' }, 'configmap', [usage(['later'])]);
    expect(changedKeys(supposed)).toEqual(['a', 'b', 'c', 'later']);
    expect(isTouched(usage(['later']), supposed)).toBe(true);
  });

  test('by a manifest changes what differs, and keeps other annotations', () => {
    const content = { data: { a: '1', b: '2', d: '' }, binaryData: {} };
    const supposed = suppose({ kind: 'content', content, annotations: { more: '2' } });
    expect(changedKeys(supposed)).toEqual(['b', 'c', 'd']);
    expect(supposed.after?.metadata.annotations).toEqual({ own: '1', more: '2' });
  });

  test('that deletes it leaves nothing', () => {
    expect(suppose({ kind: 'delete' }).after).toBeUndefined();
  });
});

test('an edit of a Secret is about keys alone', () => {
  const supposed = suppose({ kind: 'keys', keys: ['p'] }, 'secret', [usage(['p', 'q'], 'secret')]);
  expect(changedKeys(supposed)).toEqual(['p']);
  expect(isTouched(usage(['p'], 'secret'), supposed)).toBe(true);
  expect(isTouched(usage(['q'], 'secret'), supposed)).toBe(false);
  expect(isTouched(usage('all', 'secret'), supposed)).toBe(true);
  expect(isTouched(usage('all', 'secret', ['p']), supposed)).toBe(false);
  expect(
    isTouched(usage(['q'], 'secret'), suppose({ kind: 'any' }, 'secret', [usage(['q'], 'secret')])),
  ).toBe(true);
});

test('an invented value differs from the one that is there', () => {
  const once = edited(live.content, ['a']);
  expect(edited(once, ['a']).data['a']).not.toBe(once.data['a']);
});
