/**
 * How sure a statement is.
 * - `certain`: the revisions themselves show it
 * - `reported`: an Event or an annotation says it, and whoever may write these could have written it
 * - `likely`: field managers and times fit
 * - `unknown`: nothing tells
 */
export type Certainty = 'certain' | 'reported' | 'likely' | 'unknown';

/** One statement about what made a revision. It has no value of any source. */
export interface Cause {
  readonly certainty: Certainty;
  /** What it is about: what differs, who has edited a source, who has made the call. */
  readonly about: 'configuration' | 'template' | 'editor' | 'caller';
  readonly message: string;
  /** When, in RFC 3339. */
  readonly time?: string;
}

/** The time in which what made a revision has happened, in milliseconds. Times of objects have steps of a second. */
export interface Span {
  /** Undefined: the revision before is gone. */
  readonly fromMs: number | undefined;
  readonly untilMs: number;
}

export const isWithin = ({ fromMs, untilMs }: Span, time: string | null | undefined): boolean => {
  const ms = Date.parse(time ?? '');
  return ms >= (fromMs ?? Number.NEGATIVE_INFINITY) && ms <= untilMs;
};
