import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { Namespaces } from '../in-step/ports.ts';
import { readMeta } from './meta-reads.ts';

export function namespaces(client: ApiClient): Namespaces {
  return {
    // The namespaceSelectors of the webhook configuration filter them.
    disabledAreFiltered: true,
    async read(namespace, signal) {
      const path = `/api/v1/namespaces/${segment(namespace)}`;
      const found = await readMeta(client, 'namespaces', path, signal);
      return found && { uid: found.uid ?? '', labels: found.labels ?? {} };
    },
  };
}
