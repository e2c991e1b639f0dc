import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSourceList, printSourceList } from '../../src/references/source-list.ts';

describe('the grammar of source lists', () => {
  const kind = fc.constantFrom('configmap' as const, 'secret' as const);
  const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,10}[a-z0-9])?$/);
  const key = fc.stringMatching(/^[-._a-zA-Z0-9]{1,12}$/);
  const starred = (of: fc.Arbitrary<string>) =>
    fc.oneof(
      of,
      fc.constant('*'),
      of.map((text) => `${text}*`),
      of.map((text) => `*${text}`),
    );
  const entries = (of: (text: fc.Arbitrary<string>) => fc.Arbitrary<string>) =>
    fc.array(fc.record({ kind, name: of(name), key: fc.option(of(key), { nil: undefined }) }), {
      minLength: 1,
      maxLength: 5,
    });

  test('parse and print are inverse', () => {
    fc.assert(
      fc.property(entries(starred), (list) => {
        expect(parseSourceList(printSourceList(list), { patterns: true })).toEqual({
          kind: 'list',
          entries: list,
        });
      }),
    );
    fc.assert(
      fc.property(
        entries((text) => text),
        (list) => {
          expect(parseSourceList(printSourceList(list), { patterns: false })).toEqual({
            kind: 'list',
            entries: list,
          });
        },
      ),
    );
  });

  test('any text gives a list that prints to the same list, or its wrong part', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'configmap/secret#*, \n.-A') }));
    fc.assert(
      fc.property(text, fc.boolean(), (of, patterns) => {
        const parsed = parseSourceList(of, { patterns });
        if (parsed.kind === 'malformed') expect(of).toContain(parsed.part);
        else expect(parseSourceList(printSourceList(parsed.entries), { patterns })).toEqual(parsed);
      }),
    );
  });

  test.each([
    ['configmap/app', 'secret/db,configmap/app#a'],
    ['configmap/app', 'configmap/app\n secret/db#x ,'],
  ])('commas and white space separate: %s, %j', (...texts) => {
    for (const text of texts) expect(parseSourceList(text, { patterns: false }).kind).toBe('list');
  });

  test.each([
    ['', '', 'names nothing'],
    ['app', 'app', 'is not configmap/NAME'],
    ['configmap/app, configmaps/x', 'configmaps/x', 'is not configmap/NAME'],
    ['configmap/App', 'configmap/App', 'is not configmap/NAME'],
    ['configmap/app#', 'configmap/app#', 'is not configmap/NAME'],
    ['configmap/app#a#b', 'configmap/app#a#b', 'is not configmap/NAME'],
    ['configmap/*', 'configmap/*', 'is a pattern'],
    ['configmap/-x', 'configmap/-x', 'does not name'],
  ])('%j: the part %j %s', (text, part, why) => {
    expect(parseSourceList(text, { patterns: false })).toMatchObject({
      kind: 'malformed',
      part,
      why: expect.stringContaining(why),
    });
  });
});
