/**
 * The most bytes of copies that one namespace gains within the grace, by one replica. A copy takes as much as
 * what is used of its source, up to 1 MiB. Each set of keys is a copy of its own. So a small template can ask
 * for any amount, also one that the API server refuses afterwards. Copies that nothing came to own go after the
 * grace. 64 MiB are seventy copies of the largest ConfigMap, or ten thousand usual ones.
 */
const MOST_BYTES = 64 * 1024 * 1024;

/** What an object takes in etcd beside its content: metadata, managed fields and keys. */
const BYTES_PER_COPY = 4 * 1024;

export interface CopyBudget {
  /**
   * Charges a copy that is about to be made.
   * @param bytes the length of its manifest, as `manifestBytes` gives it
   * @param nowMs a time of `performance.now()`
   * @returns false if the namespace has gained as much as it may
   */
  take(namespace: string, bytes: number, nowMs: number): boolean;
}

/** The length of a manifest as the API server gets it, in bytes. A character can take three. */
export const manifestBytes = (manifest: object): number => Buffer.byteLength(JSON.stringify(manifest));

interface Gained {
  readonly sinceMs: number;
  bytes: number;
}

/** @param windowMs the time in which a namespace may gain that much, in milliseconds */
export function copyBudget(windowMs: number, mostBytes = MOST_BYTES): CopyBudget {
  const byNamespace = new Map<string, Gained>();
  const isOver = ({ sinceMs }: Gained, nowMs: number) => nowMs - sinceMs >= windowMs;

  return {
    take(namespace, bytes, nowMs) {
      const known = byNamespace.get(namespace);
      const gained = known && !isOver(known, nowMs) ? known : { sinceMs: nowMs, bytes: 0 };
      if (gained !== known) {
        for (const [name, each] of byNamespace) if (isOver(each, nowMs)) byNamespace.delete(name);
        byNamespace.set(namespace, gained);
      }
      const after = gained.bytes + bytes + BYTES_PER_COPY;
      if (after > mostBytes) return false;
      gained.bytes = after;
      return true;
    },
  };
}
