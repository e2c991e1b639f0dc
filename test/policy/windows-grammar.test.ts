import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWindows } from '../../src/policy/windows-grammar.ts';

const ALL = [1, 2, 3, 4, 5, 6, 7];

describe('the grammar of windows', () => {
  test.each([
    ['09:00-17:30', { days: ALL, start: 540, end: 1050, zone: 'UTC' }],
    [
      'Mon-Fri 09:00-17:00 Europe/Berlin',
      { days: [1, 2, 3, 4, 5], start: 540, end: 1020, zone: 'Europe/Berlin' },
    ],
    [
      '  sat,SUN   00:00-24:00   America/Argentina/Ushuaia ',
      { days: [6, 7], start: 0, end: 1440, zone: 'America/Argentina/Ushuaia' },
    ],
    ['22:00-04:00 Etc/GMT+5', { days: ALL, start: 1320, end: 240, zone: 'Etc/GMT+5' }],
    ['Fri-Mon 22:00-00:00', { days: [1, 5, 6, 7], start: 1320, end: 0, zone: 'UTC' }],
    ['Sun,Mon-Wed,Tue 01:00-02:00', { days: [1, 2, 3, 7], start: 60, end: 120, zone: 'UTC' }],
    ['Thu-Thu 01:00-02:00', { days: [4], start: 60, end: 120, zone: 'UTC' }],
  ])('%s', (text, window) => {
    expect(parseWindows(text)).toEqual({ kind: 'windows', windows: [window] });
  });

  test('semicolons and new lines around them separate windows', () => {
    const parsed = parseWindows('Sat 01:00-02:00;\n Sun 03:00-04:00 Asia/Tokyo;');
    expect(parsed).toMatchObject({ windows: [{ days: [6] }, { days: [7], zone: 'Asia/Tokyo' }] });
  });

  test.each([
    ['', '', 'names no window'],
    [' ; ', ' ; ', 'names no window'],
    ['9:00-17:00', '9:00-17:00', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['Mon', 'Mon', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['Mon, Tue 09:00-17:00', 'Mon, Tue 09:00-17:00', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['Monday 09:00-17:00', 'Monday 09:00-17:00', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['01:00-02:00, 03:00-04:00', '01:00-02:00, 03:00-04:00', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['01:00-02:00;Mit 09:00-17:00', 'Mit 09:00-17:00', 'names a day that is not Mon, Tue'],
    ['23:00-24:01', '23:00-24:01', 'has a time that does not exist'],
    ['24:00-01:00', '24:00-01:00', 'has a time that does not exist'],
    ['09:60-10:00', '09:60-10:00', 'has a time that does not exist'],
    ['09:00-10:60', '09:00-10:60', 'has a time that does not exist'],
    ['09:00-09:00', '09:00-09:00', 'ends when it begins: write 00:00-24:00 for a whole day'],
    [
      '09:00-10:00 Europe/Bonn',
      '09:00-10:00 Europe/Bonn',
      'names the time zone Europe/Bonn, which is unknown',
    ],
    ['09:00-10:00 +02:00', '09:00-10:00 +02:00', 'is not [DAYS] HH:MM-HH:MM [ZONE]'],
    ['09:00-10:00 2026-01-01T00:00[UTC]', '09:00-10:00 2026-01-01T00:00[UTC]', 'is not [DAYS]'],
    [Array(21).fill('09:00-10:00').join(';'), '21 windows', 'are more than 20'],
  ])('%j: the part %j is wrong, because it %s', (text, part, why) => {
    expect(parseWindows(text)).toEqual({ kind: 'malformed', part, why: expect.stringContaining(why) });
  });

  test('any text is answered, and a long one at once', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseWindows(text)));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('Mon', '-', ',', ' ', '09:00', ';', 'UTC', '/')), (parts) => {
        parseWindows(parts.join(''));
      }),
    );
    const before = performance.now();
    for (const piece of ['Mon,', 'Mon-', ' ', ';', '0', 'a/']) parseWindows(piece.repeat(100_000));
    for (const piece of ['Mon,', ' ', 'a/']) parseWindows(`09:00-10:00 ${piece.repeat(60_000)};`);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
