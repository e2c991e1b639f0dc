/** How a check came out. */
export const VERDICTS = ['ok', 'problem', 'warning', 'unknown', 'info'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The result of one check. Plain data, and no value of any source. */
export interface Finding {
  /** What was checked, in a few words: `configmap/app exists`. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly message: string;
  /** The command, or the deed, that mends it. Absent: there is nothing to mend, or nobody knows. */
  readonly mend?: string;
  /** Lines of a log, as evidence. */
  readonly lines?: readonly string[];
}

const of =
  (verdict: Verdict) =>
  (check: string, message: string, mend?: string): Finding => ({
    check,
    verdict,
    message,
    ...(mend !== undefined && { mend }),
  });

export const ok = of('ok');
export const problem = of('problem');
export const warning = of('warning');
export const unknown = of('unknown');
export const info = of('info');

/** Names, of which only the first few are told. */
export const listed = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** How far two names are from each other: the fewest letters to insert, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A third of a name may be wrong, or missing. */
const isNear = (wanted: string, name: string): boolean =>
  distance(wanted.toLowerCase(), name.toLowerCase()) <= Math.max(2, Math.floor(wanted.length / 3)) ||
  name.startsWith(wanted) ||
  wanted.startsWith(name);

/** `: did you mean app-config?`, if a name is nearly right. */
export function suggestion(wanted: string, names: readonly string[]): string {
  const near = names
    .filter((name) => name !== wanted && isNear(wanted, name))
    .toSorted((a, b) => distance(wanted, a) - distance(wanted, b))
    .slice(0, 3);
  return near.length === 0 ? '' : `: did you mean ${near.join(' or ')}?`;
}
