import type { Keys, Reference, SourceKind } from './references.ts';

/** What a workload uses of one source: all its references to it, taken together. */
export interface Usage {
  readonly kind: SourceKind;
  readonly name: string;
  /** Used keys of the source's `data`; sorted, each once. */
  readonly data: Keys;
  /** Used keys of the source's `binaryData`; sorted, each once. */
  readonly binaryData: Keys;
  /** At least one reference is not optional: no pod starts while the source is missing. */
  readonly required: boolean;
}

/** `configmap/app`: a source's name in annotations, warnings and logs. */
export function sourceId(source: { kind: SourceKind; name: string }): string {
  return `${source.kind}/${source.name}`;
}

/** The order of Unicode code units: the same on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function union(keys: readonly Keys[]): Keys {
  const named = new Set<string>();
  for (const some of keys) {
    if (some === 'all') return 'all';
    for (const key of some) named.add(key);
  }
  return [...named].sort(byCodeUnit);
}

/** One usage for each source referred to, sorted by its id. */
export function usages(references: readonly Reference[]): Usage[] {
  const bySource = Map.groupBy(references, sourceId);
  return [...bySource.entries()]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([, uses]) => {
      const [first] = uses;
      if (!first) return [];
      return {
        kind: first.kind,
        name: first.name,
        data: union(uses.map((use) => use.keys)),
        binaryData: union(uses.filter((use) => use.via === 'volume').map((use) => use.keys)),
        required: uses.some((use) => !use.optional),
      };
    });
}
