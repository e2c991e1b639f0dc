import { isOverdue } from '../copies/fate.ts';
import { type Foreign, foreignReason, sourceNameIn } from '../copies/genuine.ts';
import type { CopyMeta } from '../copies/manifest.ts';
import { isInScope, type NamespaceScope, namespacesToList } from '../policy/scope.ts';
import type { SourceKind } from '../references/sources.ts';
import type { ForeignObjects } from './foreign.ts';
import type { AllCopies, Copy } from './ports.ts';

/** A copy, with the owners that it had when it was read. */
export type OverdueCopy = Copy & {
  readonly owners: NonNullable<CopyMeta['ownerReferences']>;
  /** The name of the source that it is a copy of. */
  readonly source: string;
};

/**
 * Most overdue copies of one kind and namespace that a sweep deals with. The next ones follow in the sweeps
 * after it. So any number of them leaves memory and time for all other namespaces. A copy takes about 1 KiB
 * here, and a call for it some 10 ms.
 */
const MOST_PER_NAMESPACE = 500;

/** A list that a sweep makes: of one kind, in one namespace or in the whole cluster. */
export interface Place {
  readonly kind: SourceKind;
  /** Undefined: all. */
  readonly namespace: string | undefined;
}

/** What to list: each kind, wherever lockstep acts. */
export function placesOf({
  kinds,
  scope,
}: {
  readonly kinds: readonly SourceKind[];
  readonly scope: NamespaceScope;
}): readonly Place[] {
  return kinds.flatMap((kind) => namespacesToList(scope).map((namespace) => ({ kind, namespace })));
}

/** What listing needs. */
interface ListDeps {
  readonly copies: Pick<AllCopies, 'list'>;
  readonly scope: NamespaceScope;
  isUnlisted(owner: OverdueCopy['owners'][number]): boolean;
  readonly graceMs: number;
  /** The API server's clock, which dates the copies. */
  readonly clock: { now(): number };
}

interface ListEvents {
  onForeign(copy: Copy, why: Foreign): void;
  /** Called for a copy that is too large to be read. */
  onError(error: unknown): void;
}

/** Lists the overdue copies of a kind. Everything else that the list holds is dropped page by page. */
export async function listOverdue(
  { copies, scope, isUnlisted, graceMs, clock }: ListDeps,
  { kind, namespace: place }: Place,
  { onForeign, onError }: ListEvents,
  foreign: ForeignObjects,
  signal: AbortSignal,
) {
  const overdue = new Map<string, Map<string, OverdueCopy>>();
  for await (const page of copies.list(kind, place, signal, onError)) {
    for (const meta of page) {
      const { namespace, name, uid, resourceVersion } = meta;
      if (!isInScope(scope, namespace)) continue;
      const read = { kind, namespace, name, uid, resourceVersion };
      const why = foreignReason(kind, meta);
      if (why !== undefined) {
        if (foreign.meet(uid)) onForeign(read, why);
        continue;
      }
      const source = sourceNameIn(kind, meta);
      const copy = { ...read, owners: meta.ownerReferences ?? [], source };
      if (!isOverdue(meta, graceMs, clock.now())) continue;
      // A workload reserves it whose kind is off. It may be switched on again, and still need the copy.
      if (copy.owners.some(isUnlisted)) continue;
      // A sweep has looked for templates that name it. A review that comes to use it gives it an owner.
      if (copy.owners.length === 0 && foreign.meetAgain(uid)) continue;
      const ofNamespace = overdue.get(namespace) ?? new Map<string, OverdueCopy>();
      overdue.set(namespace, ofNamespace);
      if (ofNamespace.size < MOST_PER_NAMESPACE) ofNamespace.set(uid, copy);
    }
  }
  return [...overdue.values()].flatMap((ofNamespace) => [...ofNamespace.values()]);
}
