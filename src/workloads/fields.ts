/** Keys and indices that lead from an object to a value in it. */
export type FieldPath = readonly (string | number)[];

/** The value under a path of plain data; undefined where there is none. */
export function valueAt(data: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    data,
  );
}

/** A copy of plain data with another value under this path. Objects that are missing on the way are made. */
export function withValueAt(data: unknown, path: FieldPath, value: unknown): object {
  const [key, ...rest] = path;
  const object = typeof data === 'object' && data !== null ? data : {};
  if (key === undefined) return object;
  const inner: unknown = Reflect.get(object, key);
  const changed = rest.length === 0 ? value : withValueAt(inner, rest, value);
  if (Array.isArray(object)) return object.map((item: unknown, i) => (i === key ? changed : item));
  return { ...object, [key]: changed };
}

/** The value inside objects of one key each: `a`, `b` and 1 give `{ a: { b: 1 } }`. */
export function nestedObject([key, ...rest]: readonly string[], value: object): object {
  return key === undefined ? value : { [key]: nestedObject(rest, value) };
}
