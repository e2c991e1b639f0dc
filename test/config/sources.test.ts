import { expect, test } from 'vitest';
import { SOURCES, WHOLE_SOURCES } from '../../src/config/sources.ts';

const app = { kind: 'configmap', name: 'app', key: undefined };

test('a list of sources may be empty, as a chart gives it', () => {
  expect(SOURCES.parse(' ', undefined)).toEqual([]);
  expect(WHOLE_SOURCES.parse('', undefined)).toEqual([]);
});

test('a list of sources may have keys, unless it takes whole sources only', () => {
  expect(SOURCES.parse('configmap/app, secret/*#a', undefined)).toEqual([
    app,
    { kind: 'secret', name: '*', key: 'a' },
  ]);
  expect(WHOLE_SOURCES.parse('configmap/app', undefined)).toEqual([app]);
  expect(() => WHOLE_SOURCES.parse('configmap/app,configmap/b#ca.crt', undefined)).toThrow(
    '"configmap/b#ca.crt" names a key, and only whole sources can be listed here.',
  );
});

test('a list of sources names the part that is wrong', () => {
  expect(() => SOURCES.parse('configmap/app,pod/x', undefined)).toThrow('"pod/x" is not configmap/NAME');
});
