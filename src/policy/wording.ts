/**
 * kubectl prints a warning on one line; the API server may cut those over 256 characters. Names are what
 * grows.
 */
const NAME_LENGTH = 40;

/** A name that is cut where it is too long for one line. */
export function truncate(name: string, length = NAME_LENGTH): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}

/** 256 characters, less the prefix. */
const LONGEST = 246;
const TIGHT = 35;

/**
 * A sentence that quotes another: the names in that are whole, for users to copy, unless it gets too long
 * with them.
 */
export function toWarningLine(text: string): string {
  return text.length <= LONGEST ? text : text.replaceAll(/\S+/g, (word) => truncate(word, TIGHT));
}

/** `configmap/app and secret/db`; of more than two the first, and how many more. */
export function listOf(ids: readonly string[]): string {
  const [first, second, ...rest] = ids;
  if (first === undefined) return 'its configuration';
  if (second === undefined) return truncate(first);
  if (rest.length === 0) return `${truncate(first)} and ${truncate(second)}`;
  return `${truncate(first)} and ${rest.length + 1} more`;
}
