import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { workloadFolder, workloadObject } from '../cluster/workloads.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { type Workload, type WorkloadKind, workloadOf } from '../workloads/workload.ts';

/** A workload with its status takes some 8 KiB. */
const PAGE_SIZE = 500;

const decodePage = pageDecoder(Type.Unknown(), 'workloads');
const decodePlace = pageDecoder(
  Type.Object({ metadata: Type.Object({ namespace: Type.String() }) }),
  'workloads',
);

/** Which workloads are wanted. */
export interface Wanted {
  readonly kinds: WorkloadKinds;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly selector?: string | undefined;
  /** Told how many have been read so far. */
  readonly onProgress?: (count: number) => void;
}

/**
 * Reads workloads page by page.
 * @throws LockstepError what the API client throws, API_REFUSED if the person may not list them
 */
export async function listWorkloads(
  client: ApiClient,
  { kinds, namespace, selector, onProgress }: Wanted,
  signal: AbortSignal,
): Promise<readonly Workload[]> {
  const found = new Map<string, Workload>();
  for (const kind of kinds) {
    const { resource, isCustom } = kind;
    const query = selector === undefined ? '' : `?labelSelector=${segment(selector)}`;
    const path = `${workloadFolder(kind, namespace)}${query}`;
    const options = { size: PAGE_SIZE, decode: decodePage, mayBeAbsent: isCustom === true };
    for await (const items of pages(client, { resource, path, signal }, options)) {
      for (const item of items) {
        const workload = toWorkload(kind, item);
        // A list that begins again brings some twice.
        found.set(`${resource}/${workload.namespace}/${workload.metadata.name}`, workload);
      }
      onProgress?.(found.size);
    }
  }
  return [...found.values()];
}

function toWorkload(kind: WorkloadKind, item: unknown): Workload {
  const [place] = decodePlace({ items: [item] }).items;
  return workloadOf(kind, workloadObject(kind, item), place?.metadata.namespace ?? '');
}

/**
 * Reads one workload. Undefined: it does not exist.
 * @throws LockstepError what the API client throws
 */
export async function readWorkload(
  client: ApiClient,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  const path = `${workloadFolder(kind, namespace)}/${segment(name)}`;
  const answer = await client.request({ verb: 'get', resource: kind.resource, path, signal });
  return answer.kind === 'found' ? workloadOf(kind, workloadObject(kind, answer.body), namespace) : undefined;
}
