import type { Copy, Leftovers } from '../cluster/leftovers.ts';
import { type Fate, fateOf, isUnsettled, type TemplateNotes } from '../copies/fate.ts';
import type { CopyMeta } from '../copies/manifest.ts';
import { copiesNamedBy } from '../copies/named.ts';
import type { SourceKind } from '../references/sources.ts';
import { sourceId } from '../references/sources.ts';

/** `adopted`: it has got an owner. `released`: it is reserved no longer, and belongs to its ReplicaSets alone. */
export type Swept = 'deleted' | 'adopted' | 'released';

export interface SweepDeps {
  readonly leftovers: Leftovers;
  /** What all pod templates of a namespace say. */
  readonly templates: (namespace: string, signal: AbortSignal) => AsyncIterable<TemplateNotes>;
  readonly kinds: readonly SourceKind[];
  /** How long a copy that nobody owns stays, and how long one is reserved, in milliseconds. */
  readonly graceMs: number;
  readonly swept: (result: Swept, copy: Copy) => void;
  readonly failed: (error: unknown) => void;
}

/** A copy, and its owners as they were. */
type Unsettled = Copy & { readonly owners: NonNullable<CopyMeta['ownerReferences']> };

/** What a sweep found unsettled: each copy as it was, by its uid and resourceVersion. */
export type Found = ReadonlySet<string>;

const stateOf = ({ uid, resourceVersion }: Copy): string => `${uid} ${resourceVersion}`;

async function unsettled({ leftovers, graceMs }: SweepDeps, kind: SourceKind, signal: AbortSignal) {
  const found = new Map<string, Unsettled>();
  for await (const page of leftovers.list(kind, signal)) {
    for (const meta of page) {
      if (!isUnsettled(meta, graceMs, Date.now())) continue;
      const { namespace, name, uid, resourceVersion, ownerReferences } = meta;
      found.set(uid, { kind, namespace, name, uid, resourceVersion, owners: ownerReferences ?? [] });
    }
  }
  return [...found.values()];
}

type Workload = TemplateNotes['workload'];

/** The workloads of a namespace that name these copies, by the copies' ids and their own uids. */
async function namers(
  { templates }: SweepDeps,
  namespace: string,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
) {
  const byCopy = new Map([...ids].map((id) => [id, new Map<string, Workload>()]));
  for await (const { workload, annotations } of templates(namespace, signal)) {
    for (const copy of copiesNamedBy(annotations)) byCopy.get(sourceId(copy))?.set(workload.uid, workload);
  }
  return byCopy;
}

async function settle({ leftovers, swept }: SweepDeps, copy: Copy, fate: Fate, signal: AbortSignal) {
  if (fate.kind === 'delete' && (await leftovers.remove(copy, signal))) swept('deleted', copy);
  if (fate.kind === 'settle' && (await leftovers.settle(copy, fate, signal)))
    swept(fate.added.length > 0 ? 'adopted' : 'released', copy);
}

/**
 * Looks for unsettled copies in the whole cluster, and gives to their ReplicaSets or deletes those that the sweep before
 * found as they are now. So a copy that a review is just making stays, however much its clock and ours differ.
 *
 * Never throws: what fails is told, and the rest goes on. Holds the unsettled, and of all else one page at a time.
 * @param before what the sweep before found
 */
export async function sweep(deps: SweepDeps, before: Found, signal: AbortSignal): Promise<Found> {
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) deps.failed(error);
      return undefined;
    }
  }
  let found: readonly Unsettled[] = [];
  for (const kind of deps.kinds) {
    found = found.concat((await attempt(() => unsettled(deps, kind, signal))) ?? []);
  }
  const due = found.filter((copy) => before.has(stateOf(copy)));
  for (const [namespace, copies] of Map.groupBy(due, (copy) => copy.namespace)) {
    const ids = new Set(copies.map(sourceId));
    const named = await attempt(() => namers(deps, namespace, ids, signal));
    // Not known who names them: all stay.
    if (!named) continue;
    for (const copy of copies) {
      const namedBy = named.get(sourceId(copy))?.values() ?? [];
      await attempt(() => settle(deps, copy, fateOf(copy.owners, [...namedBy]), signal));
    }
  }
  return new Set(found.map(stateOf));
}
