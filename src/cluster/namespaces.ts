import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { Namespaces } from '../in-step/ports.ts';
import { type Mode, modeOf } from '../policy/mode.ts';
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

/** Whether lockstep only observes in a namespace, as its labels say when it is asked. */
export const observesIn =
  (reads: Pick<Namespaces, 'read'>, fallback: Mode) =>
  async (namespace: string, signal: AbortSignal): Promise<boolean> =>
    modeOf((await reads.read(namespace, signal))?.labels, fallback) === 'observe';
