import { describe, expect, test } from 'vitest';
import {
  entriesWritten,
  isApplied,
  latestEntries,
  managedEntries,
  ownsField,
} from '../../src/workloads/managed-fields.ts';

const LABEL = { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } } };
const entry = (manager: string, time: string, operation = 'Update', fieldsV1: object = LABEL) => ({
  manager,
  operation,
  time,
  fieldsV1,
});
const [AT_1, AT_2] = ['2026-11-27T20:00:01Z', '2026-11-27T20:00:02Z'];

describe('the field managers of an object', () => {
  test.each([
    ['none', {}],
    ['emptied ones', { metadata: { managedFields: [] } }],
    ['malformed ones', { metadata: { managedFields: [{ manager: 1 }] } }],
    ['no object', undefined],
  ])('are none: %s', (_what, object) => {
    expect(managedEntries(object)).toEqual([]);
  });

  test('own the fields that stand in their sets', () => {
    const [found] = managedEntries({ metadata: { managedFields: [entry('kubectl', AT_1)] } });
    const owns = (...path: string[]) => found && ownsField(found, path);
    expect(owns('metadata', 'labels', 'app')).toBe(true);
    expect(owns('metadata', 'labels', 'other')).toBe(false);
    expect(owns('spec')).toBe(false);
    expect(ownsField({ manager: 'x' }, ['metadata'])).toBe(false);
  });

  test('have applied a manifest if server-side apply wrote their entry', () => {
    expect(isApplied(entry('kubectl', AT_1, 'Apply'))).toBe(true);
    expect(isApplied(entry('kubectl', AT_1))).toBe(false);
  });

  test('have written if their entry is new or has another time, and not if only a field was taken from them', () => {
    const before = [entry('helm', AT_1), entry('kubectl', AT_1), entry('kubectl', AT_1, 'Apply')];
    const now = [
      entry('helm', AT_1, 'Update', {}),
      entry('kubectl', AT_2),
      entry('kubectl', AT_1, 'Apply'),
      entry('flagger', AT_2),
    ];
    expect(entriesWritten(now, before)).toEqual([now[1], now[3]]);
  });

  test('of a request are among the latest ones', () => {
    const entries = [entry('helm', AT_1), entry('kubectl', AT_2), entry('flagger', AT_2)];
    expect(latestEntries(entries)).toEqual(entries.slice(1));
    expect(latestEntries([{ manager: 'x' }])).toEqual([{ manager: 'x' }]);
  });
});
