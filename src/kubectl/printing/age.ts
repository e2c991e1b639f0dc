const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
const YEAR = 365 * DAY;

/** Two units, the second only if it is not 0: `2m10s`. */
const pair = (seconds: number, [large, of]: [number, string], [small, rest]: [number, string]): string => {
  const left = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${of}${left > 0 ? `${left}${rest}` : ''}`;
};

/** How old something is, as kubectl prints it: k8s.io/apimachinery `duration.HumanDuration`. */
export function ageOf(sinceMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - sinceMs) / 1_000);
  if (Number.isNaN(seconds)) return '<unknown>';
  // Clocks differ by a little.
  if (seconds < 0) return '0s';
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return pair(seconds, [MINUTE, 'm'], [1, 's']);
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return pair(seconds, [HOUR, 'h'], [MINUTE, 'm']);
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return pair(seconds, [DAY, 'd'], [HOUR, 'h']);
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return pair(seconds, [YEAR, 'y'], [DAY, 'd']);
  return `${Math.floor(seconds / YEAR)}y`;
}
