import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { matchesPattern } from '../references/pattern.ts';
import type { Keys } from '../references/sources.ts';
import { byCodeUnit, type Usage } from '../references/usage.ts';
import type { SecretKey } from './secret-keys.ts';

/**
 * What a source holds. A ConfigMap has `data` as text and `binaryData` in base64, as in the API. A Secret's
 * `data` is in base64, so it stands in `binaryData` here.
 */
export interface SourceContent {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData: Readonly<Record<string, string>>;
}

/** The digest of a source that does not exist. No hexadecimal digest can equal it. */
export const ABSENT = 'absent';

const MISSING = 'missing';

/**
 * Adds one part of the canonical form, version 1. The form has a record for each used key, sorted by key. A
 * record is field name, key and value. In front of each stands its length in bytes, as 8 bytes, big endian.
 * The lengths make the form injective: no two different contents have the same form.
 */
function frame(hash: Hash | Hmac, bytes: Buffer): void {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  hash.update(length).update(bytes);
}

function usedKeys(keys: Keys, except: readonly string[], values: Readonly<Record<string, string>>) {
  if (keys !== 'all') return keys;
  const isUsed = (key: string) => !except.some((pattern) => matchesPattern(pattern, key));
  return Object.keys(values).filter(isUsed).sort(byCodeUnit);
}

function frameField(
  hash: Hash | Hmac,
  field: string,
  keys: readonly string[],
  values: Readonly<Record<string, string>>,
  encoding: BufferEncoding,
) {
  for (const key of keys) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    frame(hash, Buffer.from(value === undefined ? `${field}:${MISSING}` : field));
    frame(hash, Buffer.from(key));
    if (value !== undefined) frame(hash, Buffer.from(value, encoding));
  }
}

function frameContent(hash: Hash | Hmac, usage: Usage, content: SourceContent): string {
  const keys = (field: 'data' | 'binaryData') => usedKeys(usage[field], usage.except, content[field]);
  frameField(hash, 'data', keys('data'), content.data, 'utf8');
  frameField(hash, 'binaryData', keys('binaryData'), content.binaryData, 'base64');
  return hash.digest('hex');
}

/** What is used of a source. A used key that the source lacks is missing here, too. */
export function usedContent(usage: Usage, content: SourceContent): SourceContent {
  const pick = (field: 'data' | 'binaryData') => {
    const values = content[field];
    const keys = usedKeys(usage[field], usage.except, values).filter((key) => Object.hasOwn(values, key));
    return Object.fromEntries(keys.map((key) => [key, values[key] ?? '']));
  };
  return { data: pick('data'), binaryData: pick('binaryData') };
}

/**
 * The plain digest of what is used of a ConfigMap: SHA-256 over the canonical form, as 64 hexadecimal digits.
 * It is `absent` if the ConfigMap does not exist. A used key that the ConfigMap lacks counts as missing, not
 * as empty. Anybody can search a plain digest for values that can be guessed.
 */
export function plainDigestV1(usage: Usage, content: SourceContent | undefined): string {
  if (!content) return ABSENT;
  return frameContent(createHash('sha256').update('lockstep/source/v1\n'), usage, content);
}

/**
 * A keyed digest of what is used of a source: HMAC-SHA-256, with the key's id in front (`<id>-<64 digits>`).
 * It is `absent` if the source does not exist. The HMAC covers kind, namespace and name. Without them, a user
 * who may write some other source could let lockstep digest guessed values there, and compare the digests.
 */
export function keyedDigestV1(
  key: SecretKey,
  namespace: string,
  usage: Usage,
  content: SourceContent | undefined,
): string {
  if (!content) return ABSENT;
  const hmac = createHmac('sha256', key.bytes).update(`lockstep/${usage.kind}/v1\n`);
  frame(hmac, Buffer.from(namespace));
  frame(hmac, Buffer.from(usage.name));
  return `${key.id}-${frameContent(hmac, usage, content)}`;
}
