import { isOverdue } from '../copies/fate.ts';
import { type Foreign, foreignReason } from '../copies/genuine.ts';
import type { CopyMeta } from '../copies/manifest.ts';
import type { SourceKind } from '../references/sources.ts';
import type { ForeignObjects } from './foreign.ts';
import type { AllCopies, Copy } from './ports.ts';

/** A copy, with the owners that it had when it was read. */
export type OverdueCopy = Copy & { readonly owners: NonNullable<CopyMeta['ownerReferences']> };

/**
 * Most overdue copies of one kind and namespace that a sweep deals with. The next ones follow in the sweeps
 * after it. So whoever makes any number of them takes neither the memory nor the time that all others need: a
 * copy takes about 1 KiB here, and a call for it some 10 ms.
 */
const MOST_PER_NAMESPACE = 500;

/** Lists the overdue copies of a kind. Everything else that the list holds is dropped page by page. */
export async function listOverdue(
  { copies, graceMs }: { readonly copies: Pick<AllCopies, 'list'>; readonly graceMs: number },
  kind: SourceKind,
  { onForeign }: { onForeign(copy: Copy, why: Foreign): void },
  foreign: ForeignObjects,
  signal: AbortSignal,
) {
  const overdue = new Map<string, Map<string, OverdueCopy>>();
  for await (const page of copies.list(kind, signal)) {
    for (const meta of page) {
      const { namespace, name, uid, resourceVersion } = meta;
      const copy = { kind, namespace, name, uid, resourceVersion, owners: meta.ownerReferences ?? [] };
      const why = foreignReason(kind, meta);
      if (why !== undefined) {
        if (foreign.isNews(uid)) onForeign(copy, why);
        continue;
      }
      if (!isOverdue(meta, graceMs, Date.now())) continue;
      // A sweep has looked for templates that name it. A review that comes to use it gives it an owner.
      if (copy.owners.length === 0 && foreign.isKnown(uid)) {
        foreign.isNews(uid);
        continue;
      }
      const ofNamespace = overdue.get(namespace) ?? new Map<string, OverdueCopy>();
      overdue.set(namespace, ofNamespace);
      if (ofNamespace.size < MOST_PER_NAMESPACE) ofNamespace.set(uid, copy);
    }
  }
  return [...overdue.values()].flatMap((ofNamespace) => [...ofNamespace.values()]);
}
