/** Keys and indices that lead from an object to a value in it. */
export type FieldPath = readonly (string | number)[];

/** The value at a path in plain data. Undefined: there is none. */
export function valueAt(data: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    data,
  );
}

/**
 * A copy of plain data with another value at this path. It has new objects where the path needs them. An empty
 * path leads to the data itself.
 */
export function withValueAt<T>(data: unknown, [key, ...rest]: FieldPath, value: T): T | object {
  if (key === undefined) return value;
  const object = typeof data === 'object' && data !== null ? data : {};
  const changed = withValueAt(Reflect.get(object, key), rest, value);
  if (Array.isArray(object)) return object.map((item: unknown, i) => (i === key ? changed : item));
  return { ...object, [key]: changed };
}

/** A value inside objects of one key each. */
export type Nested<T> = T | { readonly [key: string]: Nested<T> };

/** The value inside objects of one key each. The keys `a` and `b` with the value 1 give `{ a: { b: 1 } }`. */
export function nestedObject<T>([key, ...rest]: readonly string[], value: T): Nested<T> {
  return key === undefined ? value : { [key]: nestedObject(rest, value) };
}
