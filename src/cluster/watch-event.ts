import { Type } from 'typebox';
import { decoder } from '../api/decode.ts';
import type { ObjectRef } from '../api/path.ts';
import { maybe } from '../schema.ts';

/** What a line of a watch says. */
export type WatchEvent =
  | {
      readonly kind: 'seen' | 'gone';
      readonly place: ObjectRef;
      /** Where the watch goes on after this event: a resourceVersion. */
      readonly version: string;
      readonly object: unknown;
    }
  | {
      readonly kind: 'bookmark';
      readonly version: string;
      /** All objects that there were when the watch began have been sent. */
      readonly isInitialEnd: boolean;
    }
  | {
      readonly kind: 'error';
      /** As a status of HTTP. */
      readonly code: number;
      readonly retryAfterSeconds: number | undefined;
    };

/** kubernetes.io: "Streaming lists", KEP-3157. */
const INITIAL_END = 'k8s.io/initial-events-end';

const decodeLine = decoder(
  Type.Object({
    type: Type.String(),
    object: Type.Object({
      metadata: maybe(
        Type.Object({
          namespace: maybe(Type.String()),
          name: maybe(Type.String()),
          resourceVersion: maybe(Type.String()),
          annotations: maybe(Type.Record(Type.String(), Type.Unknown())),
        }),
      ),
    }),
  }),
  'an event of a watch',
);

/** The object of an ERROR: a Status. */
const decodeStatus = decoder(
  Type.Object({
    object: Type.Object({
      code: maybe(Type.Number()),
      details: maybe(Type.Object({ retryAfterSeconds: maybe(Type.Number()) })),
    }),
  }),
  'an error of a watch',
);

/**
 * @param line the JSON of a line
 * @throws LockstepError API_UNEXPECTED, which names the field but never its value
 */
export function toWatchEvent(line: unknown): WatchEvent {
  const { type, object } = decodeLine(line);
  const { namespace, name, resourceVersion, annotations } = object.metadata ?? {};
  const version = resourceVersion ?? '';
  if (type === 'ERROR') {
    const { code, details } = decodeStatus(line).object;
    return { kind: 'error', code: code ?? 500, retryAfterSeconds: details?.retryAfterSeconds ?? undefined };
  }
  if (type === 'BOOKMARK')
    return { kind: 'bookmark', version, isInitialEnd: annotations?.[INITIAL_END] === 'true' };
  const place = { namespace: namespace ?? '', name: name ?? '' };
  return { kind: type === 'DELETED' ? 'gone' : 'seen', place, version, object };
}
