import { expect, test } from 'vitest';
import { SOURCE_KINDS, sourceId } from '../../src/references/sources.ts';

test('a source is named by its kind and its name, whatever else is known of it', () => {
  const ids = SOURCE_KINDS.map((kind) => sourceId({ kind, name: 'app' }));
  expect(ids).toEqual(['configmap/app', 'secret/app']);
});
