/** Somebody whom the API server has authenticated. */
export interface Caller {
  readonly user: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** The headers in which the API server says who calls, in lower case. */
export interface CallerHeaders {
  readonly user: readonly string[];
  readonly uid: readonly string[];
  readonly group: readonly string[];
  /** Beginnings of names. The rest is the key. */
  readonly extraPrefixes: readonly string[];
}

/** Each value of each header. Node would join several headers of a name, and a group's name may hold a comma. */
type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

const firstOf = (headers: DistinctHeaders, names: readonly string[]): string | undefined =>
  names.flatMap((name) => headers[name] ?? []).find((value) => value !== '');

/** The API server writes keys in lower case, and escapes what no header name may hold. */
function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function extraOf(headers: DistinctHeaders, prefixes: readonly string[]): Caller['extra'] {
  const extra = new Map<string, string[]>();
  for (const [name, values] of Object.entries(headers)) {
    const prefix = prefixes.find((each) => name.startsWith(each));
    if (prefix === undefined) continue;
    const key = unescapeKey(name.slice(prefix.length));
    extra.set(key, [...(extra.get(key) ?? []), ...(values ?? [])]);
  }
  return Object.fromEntries(extra);
}

/**
 * Who calls, as the API server says. Believe it only if the connection is the API server's own.
 * Undefined: it names nobody.
 * @see k8s.io/apiserver/pkg/authentication/request/headerrequest
 */
export function callerOf(headers: DistinctHeaders, names: CallerHeaders): Caller | undefined {
  const user = firstOf(headers, names.user);
  if (user === undefined) return undefined;
  return {
    user,
    uid: firstOf(headers, names.uid),
    groups: names.group.flatMap((name) => headers[name] ?? []),
    extra: extraOf(headers, names.extraPrefixes),
  };
}
