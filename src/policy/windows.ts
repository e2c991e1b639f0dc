/**
 * Times of the week in which something may happen, by the clock on the wall of a time zone. A window is open while that
 * clock shows a time in it. So where clocks skip its beginning, it opens when they jump; where they repeat an hour, it
 * is open whenever they show its time.
 */

const WEEK_DAYS = 7;

export interface Window {
  /** The days on which it begins, from 1 (Monday) to 7. */
  readonly days: readonly number[];
  /** Minutes since midnight. */
  readonly start: number;
  /** Minutes since midnight, exclusive. Less than the start: on the next day. */
  readonly end: number;
  /** The name of a time zone that this Node knows. */
  readonly zone: string;
}

/** One of them being open is enough. None at all: always open. */
export type Windows = readonly Window[];

/** @param ms a clock that is kept by another one has fractions, which Temporal refuses */
const wallOf = (zone: string, ms: number) =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);

function isOpenAt({ days, start, end, zone }: Window, ms: number): boolean {
  const { dayOfWeek, hour, minute } = wallOf(zone, ms);
  const now = hour * 60 + minute;
  if (start < end) return days.includes(dayOfWeek) && now >= start && now < end;
  const yesterday = dayOfWeek === 1 ? WEEK_DAYS : dayOfWeek - 1;
  return (days.includes(dayOfWeek) && now >= start) || (days.includes(yesterday) && now < end);
}

/** @param nowMs milliseconds since the epoch */
export const isOpen = (windows: Windows, nowMs: number): boolean =>
  windows.length === 0 || windows.some((window) => isOpenAt(window, nowMs));

/**
 * A window of one day of the week comes again after seven days. If clocks skip all of it on that day, it comes after
 * fourteen.
 */
const HORIZON_DAYS = 15;
const HORIZON_MS = HORIZON_DAYS * 86_400_000;

/** The moments at which clocks are changed, up to the horizon: a window may open at one. */
function changesOf(from: Temporal.ZonedDateTime, untilMs: number): number[] {
  const next = from.getTimeZoneTransition('next');
  if (next === null || next.epochMilliseconds > untilMs) return [];
  return [next.epochMilliseconds, ...changesOf(next, untilMs)];
}

/** The moment or the two moments at which the clock shows the start on that day, or moments around it. */
function startsOn(day: Temporal.PlainDate, { start, zone }: Window): number[] {
  const time = day.toPlainDateTime({ hour: Math.floor(start / 60), minute: start % 60 });
  return (['earlier', 'later'] as const).map(
    (disambiguation) => time.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
}

function nextOpeningOf(window: Window, nowMs: number): number {
  const now = wallOf(window.zone, nowMs);
  const opensAt = (ms: number) => ms >= nowMs && isOpenAt(window, ms);
  const changes = changesOf(now, nowMs + HORIZON_MS).filter(opensAt);
  for (let days = 0; days <= HORIZON_DAYS; days++) {
    const starts = startsOn(now.toPlainDate().add({ days }), window).filter(opensAt);
    if (starts.length > 0) return Math.min(...starts, ...changes);
  }
  return Math.min(nowMs + HORIZON_MS, ...changes);
}

/**
 * The first moment from now on at which one of the windows is open: now, if one is.
 * @param nowMs milliseconds since the epoch
 */
export const nextOpeningMs = (windows: Windows, nowMs: number): number =>
  isOpen(windows, nowMs) ? nowMs : Math.min(...windows.map((window) => nextOpeningOf(window, nowMs)));
