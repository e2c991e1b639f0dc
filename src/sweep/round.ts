import type { Copy, Leftovers } from '../cluster/leftovers.ts';
import type { TemplateNotes } from '../cluster/templates.ts';
import type { SourceKind } from '../references/references.ts';
import { sourceId } from '../references/usage.ts';
import { copiesNamedBy } from './named.ts';
import { type Fate, fateOf, isLeftover } from './plan.ts';

export interface SweepDeps {
  readonly leftovers: Leftovers;
  /** What all pod templates of a namespace say. */
  readonly templates: (namespace: string, signal: AbortSignal) => AsyncIterable<TemplateNotes>;
  readonly kinds: readonly SourceKind[];
  /** How long a copy that nobody owns stays, in milliseconds. */
  readonly graceMs: number;
  readonly swept: (result: 'deleted' | 'adopted', copy: Copy) => void;
  readonly failed: (error: unknown) => void;
}

/** What a sweep found left over: each copy as it was, by its uid and resourceVersion. */
export type Found = ReadonlySet<string>;

const stateOf = ({ uid, resourceVersion }: Copy): string => `${uid} ${resourceVersion}`;

async function leftOver({ leftovers, graceMs }: SweepDeps, kind: SourceKind, signal: AbortSignal) {
  const found = new Map<string, Copy>();
  for await (const page of leftovers.list(kind, signal)) {
    for (const meta of page) {
      const { namespace, name, uid, resourceVersion } = meta;
      if (isLeftover(meta, graceMs, Date.now()))
        found.set(uid, { kind, namespace, name, uid, resourceVersion });
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
  if (fate.kind === 'adopt' && (await leftovers.adopt(copy, fate.owners, signal))) swept('adopted', copy);
}

/**
 * Looks for leftovers in the whole cluster, and gives to their ReplicaSets or deletes those that the sweep before found as
 * they are now. So a copy that a review is just making stays, however much its clock and ours differ.
 *
 * Never throws: what fails is told, and the rest goes on. Holds the leftovers, and of all else one page at a time.
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
  let found: readonly Copy[] = [];
  for (const kind of deps.kinds) {
    found = found.concat((await attempt(() => leftOver(deps, kind, signal))) ?? []);
  }
  const due = found.filter((copy) => before.has(stateOf(copy)));
  for (const [namespace, copies] of Map.groupBy(due, (copy) => copy.namespace)) {
    const ids = new Set(copies.map(sourceId));
    const named = await attempt(() => namers(deps, namespace, ids, signal));
    // Not known who names them: all stay.
    if (!named) continue;
    for (const copy of copies) {
      const namedBy = named.get(sourceId(copy))?.values() ?? [];
      await attempt(() => settle(deps, copy, fateOf([...namedBy]), signal));
    }
  }
  return new Set(found.map(stateOf));
}
