import type { ApiClient } from '../../api/client.ts';
import { templateAnnotations } from '../../cluster/templates.ts';
import type { PublishedPolicy } from '../../config/published.ts';
import { fateOf, isOverdue, type TemplateHolder } from '../../copies/fate.ts';
import { copiesNamedBy } from '../../copies/named.ts';
import { isOfKindOff, kindsOn } from '../../policy/kinds-on.ts';
import { isInScope } from '../../policy/scope.ts';
import { sourceId } from '../../references/sources.ts';
import type { ReadCopy } from './read-copies.ts';

/** The workloads and revisions of a namespace, and the copies that their templates name. */
export interface Holders {
  /** By uid. */
  readonly all: ReadonlyMap<string, TemplateHolder>;
  /** By the id of the copy. */
  readonly byCopy: ReadonlyMap<string, readonly TemplateHolder[]>;
}

/** Reads the templates of a namespace: of all kinds that are on, as the sweep does. */
export async function readHolders(
  client: ApiClient,
  { workloads }: PublishedPolicy,
  namespace: string,
  signal: AbortSignal,
): Promise<Holders> {
  const all = new Map<string, TemplateHolder>();
  const byCopy = new Map<string, Map<string, TemplateHolder>>();
  for await (const { holder, annotations } of templateAnnotations(
    client,
    kindsOn(workloads),
    namespace,
    signal,
  )) {
    all.set(holder.uid, holder);
    for (const copy of copiesNamedBy(annotations)) {
      const id = sourceId(copy);
      const ofCopy = byCopy.get(id) ?? new Map<string, TemplateHolder>();
      byCopy.set(id, ofCopy.set(holder.uid, holder));
    }
  }
  return { all, byCopy: new Map([...byCopy].map(([id, holders]) => [id, [...holders.values()]])) };
}

export const holdersOf = ({ byCopy }: Holders, { kind, meta }: ReadCopy): readonly TemplateHolder[] =>
  byCopy.get(sourceId({ kind, name: meta.name })) ?? [];

/** Whether the sweep looks at a copy now: its grace is over, and it is only reserved. */
export function isDue(
  { meta }: ReadCopy,
  { scope, workloads, pin }: PublishedPolicy,
  nowMs: number,
): boolean {
  const owners = meta.ownerReferences ?? [];
  // A workload reserves it whose kind is off. It may be switched on again, and still need the copy.
  const isKept = owners.some((owner) => isOfKindOff(kindsOn(workloads), owner));
  return isInScope(scope, meta.namespace) && !isKept && isOverdue(meta, pin.graceMs, nowMs);
}

/** Whether the sweep would delete a copy that is due. */
export function isUnused(copy: ReadCopy, holders: Holders): boolean {
  const existing = new Set(holders.all.keys());
  return fateOf(copy.meta.ownerReferences ?? [], holdersOf(holders, copy), existing).kind === 'delete';
}
