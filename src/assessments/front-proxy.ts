import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { CallerHeaders } from './caller.ts';

/**
 * How the API server proves to the servers of aggregated APIs that a call comes from it. It publishes this itself, in
 * the ConfigMap `kube-system/extension-apiserver-authentication`.
 */
export interface FrontProxy {
  /** The authorities of its client certificate, PEM. */
  readonly ca: string;
  /** Common names that its certificate may have. Empty: any name of these authorities. */
  readonly names: readonly string[];
  readonly headers: CallerHeaders;
}

const isNames = Compile(Type.Array(Type.String()));

/** The data of the ConfigMap. */
type Data = Readonly<Record<string, string>>;

/** A list of names as JSON. Undefined: there is none, or it is something else. */
function listIn(data: Data, key: string): readonly string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(data[key] ?? '[]');
    return isNames.Check(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

/**
 * Reads how the API server identifies itself. Undefined: the cluster has no front proxy, so it serves no aggregated
 * API. A list that cannot be parsed is none, so that a fault never lets more callers in.
 */
export function frontProxyOf(data: Data): FrontProxy | undefined {
  const ca = data['requestheader-client-ca-file'];
  const names = listIn(data, 'requestheader-allowed-names');
  const user = listIn(data, 'requestheader-username-headers');
  const group = listIn(data, 'requestheader-group-headers');
  const extraPrefixes = listIn(data, 'requestheader-extra-headers-prefix');
  // API servers before 1.32 do not send uids.
  const uid = listIn(data, 'requestheader-uid-headers');
  if (
    !ca?.includes('-----BEGIN CERTIFICATE-----') ||
    !names ||
    !user?.length ||
    !group ||
    !uid ||
    !extraPrefixes
  )
    return undefined;
  return {
    ca,
    names,
    headers: {
      user: lower(user),
      uid: lower(uid),
      group: lower(group),
      extraPrefixes: lower(extraPrefixes),
    },
  };
}
