/** An object, by its namespace and its name. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

/**
 * A name as a segment of a path. JSON can hold half of a surrogate pair
 * and UTF-8 cannot. Such a half becomes U+FFFD, as in the API server.
 */
export function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** The namespace that an API path lies in. Empty: it lies in none. */
export const namespaceOf = (path: string): string => /\/namespaces\/([^/?]+)/.exec(path)?.[1] ?? '';
