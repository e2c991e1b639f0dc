import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOpen, nextOpeningMs, type Window, type Windows } from '../../src/policy/windows.ts';
import { parseWindows } from '../../src/policy/windows-grammar.ts';

function windowsOf(text: string): Windows {
  const parsed = parseWindows(text);
  if (parsed.kind === 'malformed') throw new Error(`${parsed.part} ${parsed.why}`);
  return parsed.windows;
}

describe('windows', () => {
  test.each([
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-27T08:00:00Z', true],
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-27T07:59:59.999Z', false],
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-27T16:00:00Z', false],
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-28T10:00:00Z', false],
    // In summer, the clock in Berlin is an hour further.
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-06-26T07:00:00Z', true],
    ['00:00-24:00', '2026-11-27T23:59:59.999Z', true],
    // Over midnight, it belongs to the day on which it begins: 27 November 2026 is a Friday.
    ['Fri 22:00-04:00', '2026-11-27T22:00:00Z', true],
    ['Fri 22:00-04:00', '2026-11-28T03:59:00Z', true],
    ['Fri 22:00-04:00', '2026-11-27T03:00:00Z', false],
    ['Sun 22:00-04:00', '2026-11-30T03:00:00Z', true],
    ['Fri 22:00-00:00', '2026-11-28T00:00:00Z', false],
    ['Sat 01:00-02:00; Fri 09:00-10:00', '2026-11-27T09:30:00Z', true],
  ])('%s at %s: %s', (text, time, expected) => {
    expect(isOpen(windowsOf(text), Date.parse(time))).toBe(expected);
    // The API server's clock, as lockstep knows it, has fractions of a millisecond.
    expect(isOpen(windowsOf(text), Date.parse(time) + 0.123)).toBe(expected);
  });

  test.each([
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-27T16:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['Mon-Fri 09:00-17:00 Europe/Berlin', '2026-11-27T12:34:56.789Z', '2026-11-27T12:34:56.789Z'],
    ['Fri 22:00-04:00', '2026-11-28T04:00:00Z', '2026-12-04T22:00:00.000Z'],
    ['Sat 01:00-02:00; 23:00-23:30 Asia/Tokyo', '2026-11-27T16:00:00Z', '2026-11-28T01:00:00.000Z'],
    // On 29 March 2026, clocks in Berlin skip from 02:00 to 03:00.
    ['02:30-04:00 Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
    // The whole window is skipped: the next one is a week later.
    ['Sun 02:15-02:45 Europe/Berlin', '2026-03-29T00:00:00Z', '2026-04-05T00:15:00.000Z'],
    // On 25 October 2026, they show the time from 02:00 to 03:00 twice.
    ['02:15-02:45 Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-25T00:15:00.000Z'],
    ['02:15-02:45 Europe/Berlin', '2026-10-25T00:45:00Z', '2026-10-25T01:15:00.000Z'],
    ['02:00-02:30 Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00.000Z'],
    // Samoa had no 30 December 2011, a Friday.
    ['Fri 09:00-10:00 Pacific/Apia', '2011-12-29T12:00:00Z', '2012-01-05T19:00:00.000Z'],
  ])('%s: after %s it opens at %s', (text, time, expected) => {
    const next = nextOpeningMs(windowsOf(text), Date.parse(time));
    expect(new Date(next).toISOString()).toBe(expected);
  });

  test('none at all are always open', () => {
    expect(isOpen([], 0)).toBe(true);
    expect(nextOpeningMs([], 42)).toBe(42);
  });
});

const MINUTE_MS = 60_000;
const MINUTES = 18 * 24 * 60;
const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What a clock on the wall shows in each minute of 18 days: by the calendar of Intl, which the code does not use. */
function wallClock(zone: string, fromMs: number) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return Array.from({ length: MINUTES }, (_, i) => {
    const [day = '', hour, minute] = format.format(fromMs + i * MINUTE_MS).split(/[^\w]+/);
    return { day: DAY_NAMES.indexOf(day) + 1, minute: Number(hour) * 60 + Number(minute) };
  });
}

/** Around changes of clocks: by an hour, by half an hour, at midnight, and by two hours. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['America/Asuncion', '2023-10-01T04:00Z'],
  ['America/Asuncion', '2024-03-24T03:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
] as const;

describe('windows are open when the clock on the wall shows a time in one', () => {
  test.each(CHANGES)('in %s around %s', (zone, change) => {
    // Two days before the change, and two weeks after it: whatever the window, it opens in them.
    const fromMs = Date.parse(change) - 2 * 1440 * MINUTE_MS;
    const wall = wallClock(zone, fromMs);
    const isOpenAt = ({ days, start, end }: Window, at: number) => {
      const { day = 0, minute = 0 } = wall[at] ?? {};
      const yesterday = day === 1 ? 7 : day - 1;
      if (start < end) return days.includes(day) && start <= minute && minute < end;
      return (days.includes(day) && start <= minute) || (days.includes(yesterday) && minute < end);
    };
    // Often in the hours of the changes.
    const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 210 }));
    const window = fc
      .record({
        days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        start: minuteOfDay,
        end: fc.oneof(minuteOfDay, fc.constant(1440)),
        zone: fc.constant(zone),
      })
      .filter(({ start, end }) => start !== end);
    const at = fc.oneof(
      fc.integer({ min: 0, max: 3 * 1440 }),
      fc.integer({ min: 2 * 1440 - 180, max: 2 * 1440 + 180 }),
    );
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        at,
        fc.integer({ min: 0, max: 59_999 }),
        (windows, minute, ms) => {
          const nowMs = fromMs + minute * MINUTE_MS + ms;
          const isOpenIn = (index: number) => windows.some((each) => isOpenAt(each, index));
          expect(isOpen(windows, nowMs)).toBe(isOpenIn(minute));
          const next = wall.findIndex((_, index) => index >= minute && isOpenIn(index));
          const expected = next === minute ? nowMs : fromMs + next * MINUTE_MS;
          expect(nextOpeningMs(windows, nowMs)).toBe(expected);
        },
      ),
      { numRuns: 400 },
    );
  });
});
