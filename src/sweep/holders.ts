import type { TemplateHolder } from '../copies/fate.ts';
import { copiesNamedBy } from '../copies/named.ts';
import { sourceId } from '../references/sources.ts';
import type { OverdueCopy } from './overdue.ts';
import type { Templates } from './ports.ts';

/**
 * Finds the workloads and revisions of a namespace that name these copies: keyed by the ids of the copies, then
 * by the uids of the holders. Finds also which of these owners exist.
 */
export async function findHolders(
  templates: Templates,
  namespace: string,
  copies: readonly OverdueCopy[],
  signal: AbortSignal,
) {
  const byCopy = new Map(copies.map((copy) => [sourceId(copy), new Map<string, TemplateHolder>()]));
  const owners = new Set(copies.flatMap((copy) => copy.owners.map(({ uid }) => uid)));
  const existing = new Set<string>();
  for await (const { holder, annotations } of templates(namespace, signal)) {
    if (owners.has(holder.uid)) existing.add(holder.uid);
    for (const copy of copiesNamedBy(annotations)) byCopy.get(sourceId(copy))?.set(holder.uid, holder);
  }
  return { byCopy, existing };
}
