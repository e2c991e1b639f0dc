import { createHash } from 'node:crypto';
import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { EVENTS, type EventReason, type EventRecorder, type InvolvedObject } from '../telemetry/events.ts';

/** The longest message that the API server accepts. */
const LONGEST = 1024;

function eventOf(reason: EventReason, about: InvolvedObject, message: string, time: string) {
  const { apiVersion, kind, namespace, name, uid, occasion } = about;
  const content = [uid, message, ...(occasion === undefined ? [] : [occasion])].join(' ');
  const digits = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // The content decides the name. So a second Event of the
    // same content is a conflict, and that counts as recorded.
    metadata: { name: `${name.slice(0, 200)}.lockstep-${digits}`, namespace },
    involvedObject: { apiVersion, kind, namespace, name, uid },
    type: EVENTS[reason].type,
    reason,
    message: message.slice(0, LONGEST),
    source: { component: 'lockstep' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

export const eventRecorder = (client: ApiClient): EventRecorder => ({
  async record(reason, about, message, signal) {
    const body = eventOf(reason, about, message, new Date(client.clock.now()).toISOString());
    const path = `/api/v1/namespaces/${segment(about.namespace)}/events?fieldManager=${FIELD_MANAGER}`;
    await client.request({ verb: 'create', resource: 'events', path, body, signal });
  },
});
