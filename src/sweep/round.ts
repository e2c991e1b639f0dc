import { type Fate, fateOf, isOverdue, type TemplateHolder } from '../copies/fate.ts';
import type { CopyMeta } from '../copies/manifest.ts';
import { copiesNamedBy } from '../copies/named.ts';
import type { SourceKind } from '../references/sources.ts';
import { sourceId } from '../references/sources.ts';
import type { Copy, Leftovers, Templates } from './ports.ts';

/**
 * What has become of a copy.
 * - `adopted`: it has got an owner
 * - `released`: nothing reserves it any more, and its ReplicaSets alone own it
 */
export type SweepResult = 'deleted' | 'adopted' | 'released';

/** What a sweep needs. */
export interface SweepDeps {
  readonly leftovers: Leftovers;
  readonly templates: Templates;
  readonly kinds: readonly SourceKind[];
  /** How long a copy that nothing owns stays, and how long one is reserved, in milliseconds. */
  readonly graceMs: number;
}

/** What a sweep tells. */
export interface SweepEvents {
  onResult(result: SweepResult, copy: Copy): void;
  onError(error: unknown): void;
}

/** A copy, and its owners as they were. */
type OverdueCopy = Copy & { readonly owners: NonNullable<CopyMeta['ownerReferences']> };

/** The copies that a sweep found overdue: each as it was, by its uid and resourceVersion. */
export type Overdue = ReadonlySet<string>;

const stateOf = ({ uid, resourceVersion }: Copy): string => `${uid} ${resourceVersion}`;

async function listOverdue({ leftovers, graceMs }: SweepDeps, kind: SourceKind, signal: AbortSignal) {
  const overdue = new Map<string, OverdueCopy>();
  for await (const page of leftovers.list(kind, signal)) {
    for (const meta of page) {
      if (!isOverdue(meta, graceMs, Date.now())) continue;
      const { namespace, name, uid, resourceVersion, ownerReferences } = meta;
      overdue.set(uid, { kind, namespace, name, uid, resourceVersion, owners: ownerReferences ?? [] });
    }
  }
  return [...overdue.values()];
}

/**
 * The workloads and revisions of a namespace that name these copies, by the copies' ids and their own uids.
 */
async function findNamers(
  { templates }: SweepDeps,
  namespace: string,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
) {
  const byCopy = new Map([...ids].map((id) => [id, new Map<string, TemplateHolder>()]));
  for await (const { holder, annotations } of templates(namespace, signal)) {
    for (const copy of copiesNamedBy(annotations)) byCopy.get(sourceId(copy))?.set(holder.uid, holder);
  }
  return byCopy;
}

/** @returns what has become of the copy; undefined: it stays as it is */
async function applyFate(
  { leftovers }: SweepDeps,
  copy: Copy,
  fate: Fate,
  signal: AbortSignal,
): Promise<SweepResult | undefined> {
  switch (fate.kind) {
    case 'keep':
      return undefined;
    case 'delete':
      return (await leftovers.remove(copy, signal)) ? 'deleted' : undefined;
    case 'assign':
      if (!(await leftovers.assign(copy, fate, signal))) return undefined;
      return fate.added.length > 0 ? 'adopted' : 'released';
  }
}

/**
 * Looks for overdue copies in the whole cluster. It deletes, or gives to their ReplicaSets, those that the
 * sweep before found in the same state. So a copy that a review is just making stays, however much two
 * clocks differ.
 *
 * Never throws: it tells what fails, and goes on with the rest. Memory holds the overdue copies, and of all
 * else one page at a time.
 * @param before what the sweep before found
 */
export async function sweep(
  deps: SweepDeps,
  events: SweepEvents,
  before: Overdue,
  signal: AbortSignal,
): Promise<Overdue> {
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) events.onError(error);
      return undefined;
    }
  }
  let overdue: readonly OverdueCopy[] = [];
  for (const kind of deps.kinds) {
    overdue = overdue.concat((await attempt(() => listOverdue(deps, kind, signal))) ?? []);
  }
  const due = overdue.filter((copy) => before.has(stateOf(copy)));
  for (const [namespace, copies] of Map.groupBy(due, (copy) => copy.namespace)) {
    const ids = new Set(copies.map(sourceId));
    const namers = await attempt(() => findNamers(deps, namespace, ids, signal));
    // Not known which workloads name them: all stay.
    if (!namers) continue;
    for (const copy of copies) {
      const fate = fateOf(copy.owners, [...(namers.get(sourceId(copy))?.values() ?? [])]);
      const result = await attempt(() => applyFate(deps, copy, fate, signal));
      if (result) events.onResult(result, copy);
    }
  }
  return new Set(overdue.map(stateOf));
}
