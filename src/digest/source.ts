import { createHash, type Hash } from 'node:crypto';
import type { Keys } from '../references/references.ts';
import { byCodeUnit, type Usage } from '../references/usage.ts';

/** What a source holds: `data` as text, `binaryData` in base64, as the API writes them. */
export interface SourceContent {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData: Readonly<Record<string, string>>;
}

/** The digest of a source that does not exist. No hexadecimal digest can equal it. */
export const ABSENT = 'absent';

const MISSING = 'missing';

/**
 * Canonical form, version 1. A record for each used key, sorted by key:
 * field name, key and value bytes, each behind its length in bytes as 8 bytes, big endian.
 * The lengths make it injective: no two different contents have the same form.
 */
function frame(hash: Hash, bytes: Buffer): void {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  hash.update(length).update(bytes);
}

function frameField(
  hash: Hash,
  field: string,
  keys: Keys,
  values: Readonly<Record<string, string>>,
  encoding: BufferEncoding,
) {
  const used = keys === 'all' ? Object.keys(values).sort(byCodeUnit) : keys;
  for (const key of used) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    frame(hash, Buffer.from(value === undefined ? `${field}:${MISSING}` : field));
    frame(hash, Buffer.from(key));
    if (value !== undefined) frame(hash, Buffer.from(value, encoding));
  }
}

/**
 * The digest of what is used of a source: SHA-256 over its canonical form, as 64 hexadecimal digits, or `absent`
 * where there is no such source. A key that is named but missing counts as missing, not as empty.
 */
export function sourceDigestV1(usage: Usage, content: SourceContent | undefined): string {
  if (!content) return ABSENT;
  const hash = createHash('sha256').update('lockstep/source/v1\n');
  frameField(hash, 'data', usage.data, content.data, 'utf8');
  frameField(hash, 'binaryData', usage.binaryData, content.binaryData, 'base64');
  return hash.digest('hex');
}
