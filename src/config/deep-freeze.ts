/** The same value, frozen with all that it holds. */
export function frozen<T>(value: T): Readonly<T> {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
