/**
 * kubectl prints a warning on one line, and the API server may cut warnings over 256 characters. Only names
 * can make a warning long, so lockstep cuts these.
 */
const NAME_LENGTH = 40;

/** Names are whole in the log, kind included, unless no object can have them. */
export const NAME_IN_LOG = 300;

/**
 * Names of users are whole in the log as long as those of ServiceAccounts are: `system:serviceaccount:`, a
 * namespace of 63 characters, a colon, and a name of 253.
 */
export const USER_IN_LOG = 340;

/** The uid of a review is a UUID, which has 36 characters. Another client may send any text. */
export const UID_IN_LOG = 64;

/** The name, cut if it is too long for one line. */
export function truncate(name: string, length = NAME_LENGTH): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}

/** 256 characters without the prefix `lockstep: `. */
const LONGEST = 246;
const TIGHT = 35;

/**
 * A warning that quotes another message, on one line. It keeps whole names, so that users can copy them. It
 * cuts them only if the line gets too long.
 */
export function toWarningLine(text: string): string {
  return text.length <= LONGEST ? text : text.replaceAll(/\S+/g, (word) => truncate(word, TIGHT));
}

/** How many characters of a name a line keeps, at first and as it gets too long. */
const LENGTHS = [253, NAME_LENGTH, 30];

/**
 * A warning on one line, with names as long as there is room for.
 * @param line the line with names of at most so many characters
 */
export function toFittingLine(line: (length: number) => string): string {
  return LENGTHS.map(line).find(({ length }) => length <= LONGEST) ?? line(20);
}

/** `configmap/app and secret/db`, or for more than two `configmap/app and 2 more`. */
export function listOf(ids: readonly string[]): string {
  const [first, second, ...rest] = ids;
  if (first === undefined) return 'its configuration';
  if (second === undefined) return truncate(first);
  if (rest.length === 0) return `${truncate(first)} and ${truncate(second)}`;
  return `${truncate(first)} and ${rest.length + 1} more`;
}

/** The text as a sentence. A name in front, such as `configmap/app`, stays as it is. */
export const sentenceOf = (text: string): string =>
  `${/^\w+\//.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)}.`;
