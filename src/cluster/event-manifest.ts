import { createHash } from 'node:crypto';
import type { EventDetails, InvolvedObject, NamedObject } from '../telemetry/event-recorder.ts';
import { EVENTS, type EventReason } from '../telemetry/events.ts';

/** Who records them, as `kubectl describe` shows it. A qualified name is required. */
export const REPORTING_CONTROLLER = 'lockstep.dev/lockstep';

/** The longest note that the API server accepts, in bytes: `NoteLengthLimit` in its validation of Events. */
const LONGEST_NOTE = 1_024;
/** The longest name of an instance: `ReportingInstanceLengthLimit`. */
const LONGEST_INSTANCE = 128;

/** An Event that is to be recorded. */
export interface NewEvent {
  readonly reason: EventReason;
  readonly about: InvolvedObject;
  readonly message: string;
  readonly details: EventDetails;
  /** The name of the pod that records it. */
  readonly instance: string;
  readonly nowMs: number;
}

/** The text, cut to so many bytes between two characters. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most - Buffer.byteLength('…');
  // A byte 10xxxxxx goes on with a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end)}…`;
}

/**
 * Its name decides whether an Event has been recorded before. So a second one is a conflict, whoever records it, also
 * after a restart.
 */
export function eventName({
  reason,
  about,
  message,
}: Pick<NewEvent, 'reason' | 'about' | 'message'>): string {
  const { name, uid, occasion = message } = about;
  const digits = createHash('sha256').update([uid, reason, occasion].join(' ')).digest('hex').slice(0, 16);
  // Each part of a DNS name must end in a letter or a digit.
  return `${name.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.lockstep-${digits}`;
}

const referenceTo = ({ apiVersion, kind, namespace, name, uid }: NamedObject) => ({
  apiVersion,
  kind,
  namespace,
  name,
  ...(uid !== undefined && { uid }),
});

/** An Event of `events.k8s.io/v1`. */
export function eventManifest(event: NewEvent) {
  const { reason, about, message, details, instance, nowMs } = event;
  const { type, action } = EVENTS[reason];
  const { related, facts } = details;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: eventName(event),
      namespace: about.namespace,
      ...(facts && { annotations: facts }),
    },
    regarding: referenceTo(about),
    ...(related && { related: referenceTo(related) }),
    type,
    reason,
    action,
    note: cutToBytes(message, LONGEST_NOTE),
    // A MicroTime: six digits after the point.
    eventTime: new Date(nowMs).toISOString().replace('Z', '000Z'),
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: cutToBytes(instance, LONGEST_INSTANCE),
  };
}
