import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { UNBLOCK_LABEL } from '../marks/names.ts';
import type { EventRecorder } from '../telemetry/event-recorder.ts';
import { RolledPod, RollingSet } from '../unblock/blocked-set.ts';
import type { UnblockPorts } from '../unblock/ports.ts';
import { selectedItems } from './items.ts';
import { namespaces } from './namespaces.ts';
import { podFolder } from './pods.ts';

/** A StatefulSet takes some ten KiB, and a pod about eight. */
const PAGE_SIZE = 50;
/** A rollout of more pods than this is no place for a program that deletes some of them. */
const MOST_PODS = 1_000;

const decodeSets = pageDecoder(RollingSet, 'StatefulSets');
const decodePods = pageDecoder(RolledPod, 'pods');

/** @param client makes the calls */
export function unblockPorts(client: ApiClient, events: EventRecorder): UnblockPorts {
  const namespaceReads = namespaces(client);
  return {
    async *sets(namespace, signal) {
      const resource = 'statefulsets';
      const folder = namespace === undefined ? '' : `namespaces/${segment(namespace)}/`;
      const path = `/apis/apps/v1/${folder}${resource}?labelSelector=${segment(`${UNBLOCK_LABEL}=true`)}`;
      yield* pages(client, { resource, path, signal }, { size: PAGE_SIZE, decode: decodeSets });
    },

    pods({ metadata, spec: { selector } }, signal) {
      const place = { resource: 'pods', folder: podFolder(metadata.namespace ?? ''), selector };
      const bounds = { size: PAGE_SIZE, most: MOST_PODS, decode: decodePods };
      return selectedItems(client, place, bounds, signal, () => true);
    },

    namespaceLabels: async (namespace, signal) => (await namespaceReads.read(namespace, signal))?.labels,

    async deletePod({ metadata: { namespace, name, uid, resourceVersion } }, signal) {
      const path = `${podFolder(namespace ?? '')}/${segment(name ?? '')}`;
      // A pod that has become ready meanwhile has another version.
      const body = { preconditions: { uid, resourceVersion } };
      const answer = await client.request({ verb: 'delete', resource: 'pods', path, body, signal });
      return answer.kind === 'found';
    },

    async report(reason, { metadata: { namespace, name, uid } }, message, signal) {
      if (!namespace || !name || !uid) return;
      const about = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name, uid };
      await events.record(reason, about, message, signal);
    },
  };
}
