import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, parseRollOn, printRollOn } from '../../src/policy/roll-on.ts';

describe('the grammar of roll-on', () => {
  test('parse and print are inverse', () => {
    fc.assert(
      fc.property(fc.subarray([...OPERATIONS], { minLength: 1 }), (rollOn) => {
        expect(parseRollOn(printRollOn(rollOn))).toEqual({ kind: 'roll-on', rollOn });
      }),
    );
  });
  test.each([
    ['', ''],
    ['none', 'none'],
    ['scale,update,now', 'now'],
  ])('%j: the part %j is wrong', (text, part) => {
    expect(parseRollOn(text)).toMatchObject({ kind: 'malformed', part });
  });
});
