import type { Reference } from './references.ts';
import { type Keys, type SourceKind, sourceId } from './sources.ts';

/** What a workload uses of one source. It combines all references of the workload to that source. */
export interface Usage {
  readonly kind: SourceKind;
  readonly name: string;
  /**
   * Used keys of the source's `data`, sorted, each once. Empty for a Secret: all its values count as binary.
   */
  readonly data: Keys;
  /** Used keys of a ConfigMap's `binaryData` or of a Secret's `data`, sorted, each once. */
  readonly binaryData: Keys;
  /** Patterns of keys that do not count if all keys are used, sorted, each once. */
  readonly except: readonly string[];
  /** The source counts only if its own annotation says so. */
  readonly ifMarked?: true;
  /** At least one reference is not optional, so no pod starts while the source is missing. */
  readonly required: boolean;
  /** What pods cannot start without. Undefined: they start without the source. */
  readonly needed?: Needed | undefined;
}

/** Keys that a source must hold, or no pod starts. Sorted, each once. */
export interface Needed {
  /** Of environment variables. The kubelet looks for them in a ConfigMap's `data` only. */
  readonly env: readonly string[];
  /** Of files. The kubelet looks for them in a ConfigMap's `data` and `binaryData`. */
  readonly files: readonly string[];
}

type UsedKeys = Pick<Usage, 'data' | 'binaryData'>;

/** Orders texts by their UTF-16 code units. This order is the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const sortedSet = (texts: readonly string[]) =>
  texts.length < 2 ? texts : [...new Set(texts)].sort(byCodeUnit);

function union(keys: readonly Keys[]): Keys {
  const named: (readonly string[])[] = [];
  for (const some of keys) {
    if (some === 'all') return 'all';
    named.push(some);
  }
  return sortedSet(named.flat());
}

/** A function that tells whether every key of a usage is also a key of the outer one. */
export function isWithinOf(outer: UsedKeys): (inner: UsedKeys) => boolean {
  const holds = (all: Keys) => {
    if (all === 'all') return () => true;
    const keys = new Set(all);
    return (some: Keys) => some !== 'all' && some.every((key) => keys.has(key));
  };
  const [holdsData, holdsBinaryData] = [holds(outer.data), holds(outer.binaryData)];
  return (inner) => holdsData(inner.data) && holdsBinaryData(inner.binaryData);
}

/** Whether every key of the inner usage is also a key of the outer one. */
export function isWithin(inner: UsedKeys, outer: UsedKeys): boolean {
  return isWithinOf(outer)(inner);
}

function neededBy(uses: readonly Reference[]): Needed | undefined {
  if (uses.every(({ needed }) => needed === undefined)) return undefined;
  const keysVia = (via: Reference['via']) =>
    sortedSet(uses.filter((use) => use.via === via).flatMap(({ needed }) => needed ?? []));
  return { env: keysVia('env'), files: keysVia('volume') };
}

/** One usage for each source that the references name, sorted by id. */
export function usages(references: readonly Reference[]): Usage[] {
  const bySource = Map.groupBy(references, sourceId);
  return [...bySource.entries()]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([, uses]) => {
      const [first] = uses;
      if (!first) return [];
      const { kind, name } = first;
      const binary = kind === 'secret' ? uses : uses.filter((use) => use.via === 'volume');
      return {
        kind,
        name,
        data: kind === 'secret' ? [] : union(uses.map((use) => use.keys)),
        binaryData: union(binary.map((use) => use.keys)),
        // References share their lists, so each list counts once.
        except: sortedSet([...new Set(uses.map((use) => use.except))].flat()),
        ...(uses.every((use) => use.ifMarked) && { ifMarked: true }),
        required: uses.some((use) => !use.optional),
        needed: neededBy(uses),
      };
    });
}
