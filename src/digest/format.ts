import { createHash } from 'node:crypto';
import type { Reference } from '../references/references.ts';
import { byCodeUnit, type Usage, usages } from '../references/usage.ts';
import type { SecretKey } from './secret-keys.ts';
import { ABSENT, configMapDigestV1, type SourceContent, secretDigestV1 } from './source.ts';

/**
 * One fixed way to make a config hash out of sources, with one key for Secrets. A released format never
 * changes. That includes which keys it takes as used.
 */
export interface HashFormat {
  /** `v1`. It stands in front of the hash. */
  readonly version: string;
  /** The id of the key for Secrets. Undefined: there is no key, so Secrets cannot be digested. */
  readonly keyId: string | undefined;
  readonly usages: (references: readonly Reference[]) => Usage[];
  readonly sourceDigest: (namespace: string, usage: Usage, content: SourceContent | undefined) => string;
  /** @param digests source id -> digest */
  readonly configHash: (digests: ReadonlyMap<string, string>) => string;
}

/** The formats of this version of lockstep. */
export interface Formats {
  /** The format that lockstep writes. */
  readonly current: HashFormat;
  /** The formats that lockstep can read, `current` among them. */
  readonly known: readonly HashFormat[];
}

function configHashV1(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update('lockstep/config/v1\n');
  // Lines cannot be confused: neither an id (kind/DNS-name) nor a digest can hold a space or a newline.
  for (const [id, digest] of [...digests].sort(([a], [b]) => byCodeUnit(a, b)))
    hash.update(`${id} ${digest}\n`);
  return `v1-${hash.digest('hex')}`;
}

/** Version 1 of the format, with this key for Secrets. */
export function v1(key?: SecretKey): HashFormat {
  return {
    version: 'v1',
    keyId: key?.id,
    usages,
    sourceDigest(namespace, usage, content) {
      if (usage.kind === 'configmap') return configMapDigestV1(usage, content);
      if (!key) throw new Error('a Secret is to be digested without a key');
      return secretDigestV1(key, namespace, usage, content);
    },
    configHash: configHashV1,
  };
}

/**
 * The formats of this version of lockstep.
 * @param keys lockstep digests Secrets with the first key. It still recognises digests by the others
 */
export function formatsWith(keys: readonly SecretKey[] = []): Formats {
  const [first, ...others] = keys;
  const current = v1(first);
  return { current, known: [current, ...others.map((key) => v1(key))] };
}

/** Digits of a digest in `config-sources`. They are 64 bits, which is enough to see that a source moved. */
const SHORT_DIGITS = 16;

/** `<16 digits>`, for a Secret `<key id>-<16 digits>`, or `absent`. */
export function shortDigest(digest: string): string {
  if (digest === ABSENT) return ABSENT;
  const afterKey = digest.lastIndexOf('-') + 1;
  return digest.slice(0, afterKey + SHORT_DIGITS);
}

/**
 * The id of the key that a digest was made with. Undefined: no key, because it is the digest of a ConfigMap
 * or of an absent source.
 */
export function keyIdOf(digest: string): string | undefined {
  return /^([0-9a-f]{8})-/.exec(digest)?.[1];
}

/** The format that a digest, short or full, was made in. Undefined: its key is not known. */
export function formatOfDigest(digest: string, { known }: Formats): HashFormat | undefined {
  const keyId = keyIdOf(digest);
  return keyId === undefined ? known[0] : known.find((format) => format.keyId === keyId);
}

/** The state of a workload's configuration, recorded or live. */
export interface ConfigState {
  /** The config hash. */
  readonly hash: string;
  /** Source id -> short digest. */
  readonly sources: Readonly<Record<string, string>>;
}

/** @param digests source id -> full digest */
export function configState(digests: ReadonlyMap<string, string>, format: HashFormat): ConfigState {
  const sorted = [...digests].sort(([a], [b]) => byCodeUnit(a, b));
  return {
    hash: format.configHash(digests),
    sources: Object.fromEntries(sorted.map(([id, digest]) => [id, shortDigest(digest)])),
  };
}

/**
 * The format that a record was made in.
 * - `known`: this format, so live configuration can be compared with the record
 * - `unknown-key`: this version, but with a key that is not known. All sources but Secrets can be compared
 */
export type RecordedFormat =
  | { readonly kind: 'known' | 'unknown-key'; readonly format: HashFormat }
  | { readonly kind: 'unknown-version' | 'malformed' };

export function formatOf(recorded: ConfigState, { known }: Formats): RecordedFormat {
  const version = /^(v\d+)-[0-9a-f]{16,128}$/.exec(recorded.hash)?.[1];
  if (version === undefined) return { kind: 'malformed' };
  const [first, ...others] = known.filter((format) => format.version === version);
  if (!first) return { kind: 'unknown-version' };
  const keyId = Object.values(recorded.sources)
    .map(keyIdOf)
    .find((id) => id !== undefined);
  if (keyId === undefined) return { kind: 'known', format: first };
  const format = [first, ...others].find((candidate) => candidate.keyId === keyId);
  return format ? { kind: 'known', format } : { kind: 'unknown-key', format: first };
}
