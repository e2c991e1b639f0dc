/** Keys and indices that lead from an object to a value in it. */
export type FieldPath = readonly (string | number)[];

/** The value at a path in plain data. Undefined: there is none. */
export function valueAt(data: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    data,
  );
}

/** A copy of plain data with another value at this path. It has new objects where the path needs them. */
export function withValueAt(data: unknown, path: FieldPath, value: unknown): object {
  const [key, ...rest] = path;
  const object = typeof data === 'object' && data !== null ? data : {};
  if (key === undefined) return object;
  const inner: unknown = Reflect.get(object, key);
  const changed = rest.length === 0 ? value : withValueAt(inner, rest, value);
  if (Array.isArray(object)) return object.map((item: unknown, i) => (i === key ? changed : item));
  return { ...object, [key]: changed };
}

/** The value inside objects of one key each. The keys `a` and `b` with the value 1 give `{ a: { b: 1 } }`. */
export function nestedObject([key, ...rest]: readonly string[], value: object): object {
  return key === undefined ? value : { [key]: nestedObject(rest, value) };
}
