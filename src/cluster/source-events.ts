import type { ApiClient } from '../api/client.ts';
import { SOURCE_KINDS } from '../references/sources.ts';
import type { RecordSwept } from '../sweep/swept.ts';
import type { EventRecorder, InvolvedObject } from '../telemetry/event-recorder.ts';
import { readMeta } from './meta-reads.ts';
import { pathOf } from './object-reads.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';

const OBJECT_KINDS = { configmap: 'ConfigMap', secret: 'Secret' } as const;

/** How an Event names a source. Undefined: there is none of this id. */
export async function readSourceObject(
  client: ApiClient,
  { namespace, id }: { readonly namespace: string; readonly id: string },
  signal: AbortSignal,
): Promise<InvolvedObject | undefined> {
  const [word, name = ''] = id.split('/');
  const kind = SOURCE_KINDS.find((each) => each === word);
  if (!kind) return undefined;
  const path = pathOf(namespace, kind, name);
  const meta = await readMeta(client, SOURCE_RESOURCES[kind].resource, path, signal);
  return meta?.uid
    ? { apiVersion: 'v1', kind: OBJECT_KINDS[kind], namespace, name, uid: meta.uid }
    : undefined;
}

/** Records Events about sources, for the sweep. None about a source that is gone. */
export const sourceEvents =
  (client: ApiClient, events: EventRecorder): RecordSwept =>
  ({ namespace, id }, message) => {
    events.later({ namespace, subject: id }, async (signal) => {
      const about = await readSourceObject(client, { namespace, id }, signal);
      if (about) await events.record('CopiesSwept', about, message, signal);
      return undefined;
    });
  };
