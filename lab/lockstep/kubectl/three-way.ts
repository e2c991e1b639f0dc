/** What `kubectl apply` compares. */
export interface Versions {
  /** What the last apply wrote. */
  readonly last: unknown;
  readonly wanted: unknown;
  readonly live: unknown;
}

/** A strategic merge patch. `none`: nothing differs. `unknown`: only kubectl knows. */
export type ThreeWay =
  | { readonly kind: 'patch'; readonly patch: unknown }
  | { readonly kind: 'none' | 'unknown' };

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists whose entries the API server merges by name, among those that tests use most. */
const BY_NAME: readonly string[] = ['containers', 'initContainers', 'volumes', 'env'];

const NONE: ThreeWay = { kind: 'none' };
const UNKNOWN: ThreeWay = { kind: 'unknown' };

const namesOf = (entries: readonly unknown[]): readonly unknown[] =>
  entries.map((entry) => (isFields(entry) ? entry['name'] : undefined));

/** As Go writes maps: with their keys in order. kubectl compares the text. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isFields(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

const isSame = (a: unknown, b: unknown): boolean => sortedJson(a) === sortedJson(b);

/** Entries of the same names in the same order. A list that gains, loses or moves one is for kubectl. */
function ofEntries({ last, wanted, live }: Versions): ThreeWay {
  if (!Array.isArray(last) || !Array.isArray(wanted) || !Array.isArray(live)) return UNKNOWN;
  const names = namesOf(wanted);
  if (![last, live].every((each) => isSame(namesOf(each), names)) || names.includes(undefined))
    return UNKNOWN;
  const each = wanted.map((entry, i) => threeWay({ last: last[i], wanted: entry, live: live[i] }));
  if (each.some(({ kind }) => kind === 'unknown')) return UNKNOWN;
  const changed = each.flatMap((found, i) =>
    found.kind === 'patch' ? [{ ...Object(found.patch), name: names[i] }] : [],
  );
  return changed.length === 0 ? NONE : { kind: 'patch', patch: changed };
}

function ofField(key: string, versions: Versions): ThreeWay {
  const { wanted, live } = versions;
  if (isSame(wanted, live)) return NONE;
  if (isFields(wanted) && isFields(live)) return threeWay(versions);
  if (BY_NAME.includes(key))
    return live === undefined ? { kind: 'patch', patch: wanted } : ofEntries(versions);
  // The API server may have filled in fields of its entries, or merge them by another key.
  if (Array.isArray(wanted) && live !== undefined) return UNKNOWN;
  return { kind: 'patch', patch: wanted };
}

/** The patch with which `kubectl apply` changes an object in the client. */
export function threeWay({ last, wanted, live }: Versions): ThreeWay {
  if (!isFields(wanted) || !isFields(live)) return UNKNOWN;
  const before = isFields(last) ? last : {};
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!(key in wanted) && key in live) patch[key] = null;
  for (const [key, value] of Object.entries(wanted)) {
    const found = ofField(key, { last: before[key], wanted: value, live: live[key] });
    if (found.kind === 'unknown') return UNKNOWN;
    if (found.kind === 'patch') patch[key] = found.patch;
  }
  return Object.keys(patch).length === 0 ? NONE : { kind: 'patch', patch };
}
