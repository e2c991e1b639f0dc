/** An object, by its namespace and its name. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

/**
 * A name as a segment of a path. Half of a surrogate pair, which JSON can hold and UTF-8 cannot, becomes
 * U+FFFD, as it does in the API server.
 */
export function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}
