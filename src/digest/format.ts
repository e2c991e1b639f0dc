import { createHash } from 'node:crypto';
import type { Reference } from '../references/references.ts';
import { byCodeUnit, type Usage, usages } from '../references/usage.ts';
import type { SecretKey } from './secret-keys.ts';
import { ABSENT, configMapDigestV1, type SourceContent, secretDigestV1 } from './source.ts';

/**
 * One way of turning sources into a config hash, with one key for Secrets. A format, once released, never
 * changes: not what it takes as used either.
 */
export interface HashFormat {
  /** In front of the hash: `v1`. */
  readonly version: string;
  /** The id of the key for Secrets; undefined: without one, no Secret can be digested. */
  readonly keyId: string | undefined;
  readonly usages: (references: readonly Reference[]) => Usage[];
  readonly sourceDigest: (namespace: string, usage: Usage, content: SourceContent | undefined) => string;
  /** The config hash over source id -> digest. */
  readonly configHash: (digests: ReadonlyMap<string, string>) => string;
}

/** The format that is written, and all that are understood when read; the one that is written among them. */
export interface Formats {
  readonly current: HashFormat;
  readonly known: readonly HashFormat[];
}

function configHashV1(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update('lockstep/config/v1\n');
  // Source ids are kind/DNS-name and digests hexadecimal: neither can hold a space or a newline.
  for (const [id, digest] of [...digests].sort(([a], [b]) => byCodeUnit(a, b)))
    hash.update(`${id} ${digest}\n`);
  return `v1-${hash.digest('hex')}`;
}

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
 * The formats of this version of lockstep: with the first key Secrets are digested, the others are
 * recognised.
 */
export function formatsWith(keys: readonly SecretKey[] = []): Formats {
  const [first, ...others] = keys;
  const current = v1(first);
  return { current, known: [current, ...others.map((key) => v1(key))] };
}

/** Digits of a digest that are shown in `config-sources`: 64 bits, enough to see that a source moved. */
const SHORT_DIGITS = 16;

/** `<16 digits>`, of a Secret `<key id>-<16 digits>`, or `absent`. */
export function shortDigest(digest: string): string {
  if (digest === ABSENT) return ABSENT;
  const afterKey = digest.lastIndexOf('-') + 1;
  return digest.slice(0, afterKey + SHORT_DIGITS);
}

/**
 * The id of the key that a short digest was made with; undefined: none, it is not a Secret's, or that of an
 * absent one.
 */
export function keyIdOf(digest: string): string | undefined {
  return /^([0-9a-f]{8})-/.exec(digest)?.[1];
}

/**
 * The format that a digest, short or whole, was made in; undefined: the key that it was made with is not
 * known.
 */
export function formatOfDigest(digest: string, { known }: Formats): HashFormat | undefined {
  const keyId = keyIdOf(digest);
  return keyId === undefined ? known[0] : known.find((format) => format.keyId === keyId);
}

/** The configuration of a workload as it is now: its config hash, and a short digest for each source id. */
export interface ConfigState {
  readonly hash: string;
  readonly sources: Readonly<Record<string, string>>;
}

export function configState(digests: ReadonlyMap<string, string>, format: HashFormat): ConfigState {
  const sorted = [...digests].sort(([a], [b]) => byCodeUnit(a, b));
  return {
    hash: format.configHash(digests),
    sources: Object.fromEntries(sorted.map(([id, digest]) => [id, shortDigest(digest)])),
  };
}

/**
 * What a record was made with. `known`: this format, so that today's configuration can be put beside it.
 * `unknown-key`: the version is known, the key for its Secrets is not; in this format all but the Secrets
 * can be compared.
 */
export type RecordedFormat =
  | { readonly kind: 'known' | 'unknown-key'; readonly format: HashFormat }
  | { readonly kind: 'unknown-version' | 'malformed' };

/** The format of a record. */
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
