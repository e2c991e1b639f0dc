import { valueAt } from '../../workloads/fields.ts';
import { managedEntries } from '../../workloads/managed-fields.ts';

/** When and by whom a source was last written, as its field managers tell. */
export interface LastChange {
  /** RFC 3339 */
  readonly time: string;
  /** Undefined: nobody is named. */
  readonly manager?: string;
}

const FIELDS = ['f:data', 'f:binaryData'];

/** The names of the keys that a field manager owns. */
function keysOwned(fieldsV1: unknown): string[] {
  const owned = FIELDS.flatMap((field) => Object.keys(Object(valueAt(fieldsV1, [field]))));
  return owned.filter((name) => name.startsWith('f:')).map((name) => name.slice('f:'.length));
}

/** Who has written `data` or `binaryData` of a source, the latest first. */
export function writersOf(metadata: unknown): readonly (LastChange & { readonly keys: readonly string[] })[] {
  return managedEntries({ metadata })
    .filter(({ fieldsV1 }) => FIELDS.some((field) => valueAt(fieldsV1, [field]) !== undefined))
    .flatMap(({ time, manager, fieldsV1 }) =>
      time ? [{ time, ...(manager && { manager }), keys: keysOwned(fieldsV1).sort() }] : [],
    )
    .toSorted((a, b) => (a.time < b.time ? 1 : -1));
}

/** The last write of a source: by a field manager, or its creation. */
export function lastChangeOf(metadata: {
  readonly creationTimestamp?: string | null | undefined;
}): LastChange | undefined {
  const [last] = writersOf(metadata);
  if (last) return { time: last.time, ...(last.manager !== undefined && { manager: last.manager }) };
  return metadata.creationTimestamp ? { time: metadata.creationTimestamp } : undefined;
}
