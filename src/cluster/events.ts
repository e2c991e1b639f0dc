import { createHash } from 'node:crypto';
import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';

/** What `kubectl describe` and `kubectl get events` show. */
export interface Events {
  /** A warning about a ReplicaSet's pods. The same one is told once, until the API server forgets it (an hour). */
  notPinned(
    namespace: string,
    replicaSet: { readonly name: string; readonly uid: string },
    message: string,
    signal: AbortSignal,
  ): Promise<void>;
}

/** The API server takes no longer message. */
const LONGEST = 1024;

export function events(client: ApiClient): Events {
  return {
    async notPinned(namespace, { name, uid }, message, signal) {
      const now = new Date().toISOString();
      const digits = createHash('sha256').update(`${uid} ${message}`).digest('hex').slice(0, 16);
      const body = {
        apiVersion: 'v1',
        kind: 'Event',
        // A name that its content decides: a second one is a conflict, which is as good as told.
        metadata: { name: `${name.slice(0, 200)}.lockstep-${digits}`, namespace },
        involvedObject: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name, uid },
        type: 'Warning',
        reason: 'NotPinned',
        message: message.slice(0, LONGEST),
        source: { component: 'lockstep' },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      };
      const path = `/api/v1/namespaces/${segment(namespace)}/events?fieldManager=lockstep`;
      await client.request({ verb: 'create', resource: 'events', path, body, signal });
    },
  };
}
