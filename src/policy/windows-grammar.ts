import type { Window, Windows } from './windows.ts';

/** From Monday to Sunday, as Temporal counts them: 1 to 7. */
const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 24 * 60;
/** Nobody needs more, and each is looked at again and again. */
const MOST_WINDOWS = 20;

export type WindowsParsed =
  | { readonly kind: 'windows'; readonly windows: Windows }
  | { readonly kind: 'malformed'; readonly part: string; readonly why: string };

const WINDOW =
  /^(?:([a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*)\s+)?(\d\d):(\d\d)-(\d\d):(\d\d)(?:\s+([a-z][\w+/-]*))?$/i;

/** The days of `Fri-Mon`: also over the end of the week. */
function daysOfRange(range: string): number[] | undefined {
  const [first, last = first] = range
    .toLowerCase()
    .split('-')
    .map((name) => DAYS.indexOf(name));
  if (first === undefined || last === undefined || first < 0 || last < 0) return undefined;
  const length = ((last - first + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length }, (_, i) => ((first + i) % DAYS.length) + 1);
}

function daysOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return DAYS.map((_, i) => i + 1);
  const ranges = text.split(',').map(daysOfRange);
  if (ranges.includes(undefined)) return undefined;
  return [...new Set(ranges.flatMap((days) => days ?? []))].sort();
}

/** The zone's name, as it was given; undefined if this Node does not know it. */
function zoneOf(text: string): string | undefined {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return text;
  } catch {
    return undefined;
  }
}

function parseWindow(text: string): Window | string {
  const [, days, startHour, startMinute, endHour, endMinute, zoneName = 'UTC'] = WINDOW.exec(text) ?? [];
  if (startHour === undefined)
    return 'is not [DAYS] HH:MM-HH:MM [ZONE], such as Mon-Fri 09:00-17:00 Europe/Berlin';
  const on = daysOf(days);
  if (on === undefined) return 'names a day that is not Mon, Tue, Wed, Thu, Fri, Sat or Sun';
  const start = Number(startHour) * 60 + Number(startMinute);
  const end = Number(endHour) * 60 + Number(endMinute);
  const isTime =
    Number(startMinute) < 60 && Number(endMinute) < 60 && start < DAY_MINUTES && end <= DAY_MINUTES;
  if (!isTime)
    return 'has a time that does not exist: it begins from 00:00 to 23:59, and ends from 00:00 to 24:00';
  if (start === end) return 'ends when it begins: write 00:00-24:00 for a whole day';
  const zone = zoneOf(zoneName);
  if (zone === undefined) return `names the time zone ${zoneName}, which is unknown here`;
  return { days: on, start, end, zone };
}

/**
 * Parses windows with semicolons between them: `Mon-Fri 09:00-17:00 Europe/Berlin; Sat,Sun 22:00-04:00`. One over
 * midnight belongs to the day on which it begins. Without days it is for every day, and without a zone in UTC.
 */
export function parseWindows(text: string): WindowsParsed {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return { kind: 'malformed', part: text, why: 'names no window' };
  if (parts.length > MOST_WINDOWS)
    return { kind: 'malformed', part: `${parts.length} windows`, why: `are more than ${MOST_WINDOWS}` };
  const windows: Window[] = [];
  for (const part of parts) {
    const window = parseWindow(part);
    if (typeof window === 'string') return { kind: 'malformed', part, why: window };
    windows.push(window);
  }
  return { kind: 'windows', windows };
}
