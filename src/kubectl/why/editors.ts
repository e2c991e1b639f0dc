import { writersOf } from '../explain/last-change.ts';
import { type Cause, isWithin, type Span } from './cause.ts';

/** What is known of a source that has changed between two revisions. */
export interface ChangedSource {
  /** `configmap/app` */
  readonly id: string;
  /** Undefined: it is gone, or the person may not see it. */
  readonly metadata: unknown;
  /** The keys that differ for certain. Undefined: nobody can know. */
  readonly keys: readonly string[] | undefined;
  /** Which of its keys count. */
  readonly counts: (key: string) => boolean;
  /** Names of keys may be told: it is a ConfigMap. */
  readonly tellsKeys: boolean;
}

/**
 * Who has edited a source before a revision was made, by its managed fields. They tell the last write of each manager,
 * and all fields that it owns, so this is likely at most.
 */
export function editorsOf(
  { id, metadata, keys, counts, tellsKeys }: ChangedSource,
  span: Span,
): readonly Cause[] {
  const unknown = (message: string): Cause => ({ certainty: 'unknown', about: 'editor', message });
  if (!metadata) return [unknown(`nothing tells who has edited ${id}: it cannot be read`)];
  const writers = writersOf(metadata)
    .map((writer) => ({ ...writer, keys: writer.keys.filter((key) => keys?.includes(key) ?? counts(key)) }))
    .filter((writer) => writer.keys.length > 0);
  const fitting = writers.filter(({ time }) => isWithin(span, time));
  const later = writers.find(({ time }) => Date.parse(time) > span.untilMs);
  if (fitting.length === 0)
    return [
      unknown(
        later
          ? `nothing tells who edited ${id} then: ${later.manager ?? 'somebody'} has written it again since`
          : `nothing tells who has edited ${id}: no field manager has written it in that time`,
      ),
    ];
  return fitting.map(({ manager = 'somebody', time, keys: owned }): Cause => {
    const what = keys ? `${owned.join(', ')} of ${id}` : `${id}, likely ${owned.join(', ')}`;
    const message = `field manager ${manager} wrote ${tellsKeys ? what : id}`;
    return { certainty: 'likely', about: 'editor', message, time };
  });
}
