import { expect, test } from 'vitest';
import { SOURCE_KINDS, sourceId } from '../../src/references/sources.ts';

test('a source is identified by its kind and its name only', () => {
  const ids = SOURCE_KINDS.map((kind) => sourceId({ kind, name: 'app' }));
  expect(ids).toEqual(['configmap/app', 'secret/app']);
});
