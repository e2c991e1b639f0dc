import { createHmac } from 'node:crypto';

/** A key for digests of Secrets, and of ConfigMaps if that is asked for. */
export interface SecretKey {
  /**
   * Eight hexadecimal digits that identify the key and reveal nothing of it. They stand in front of the
   * digests that are made with it.
   */
  readonly id: string;
  readonly bytes: Buffer;
}

/** The fewest characters of a key. In base64 they are 24 bytes, too many to try all of them. */
const SHORTEST = 32;

export type KeysParsed =
  | { readonly kind: 'keys'; readonly keys: readonly SecretKey[] }
  | { readonly kind: 'malformed'; readonly why: string };

function secretKey(text: string): SecretKey {
  const bytes = Buffer.from(text);
  const id = createHmac('sha256', bytes).update('lockstep/key-id/v1\n').digest('hex').slice(0, 8);
  return { id, bytes };
}

/**
 * Parses keys, one a line. lockstep makes digests with the first key, and still recognises those of the
 * others. Empty lines do not count. An error gives the number of the line and never quotes it.
 */
export function parseKeys(text: string): KeysParsed {
  const lines = text.split('\n').map((line) => line.trim());
  const tooShort = lines.findIndex((line) => line !== '' && line.length < SHORTEST);
  if (tooShort >= 0) {
    const why = `line ${tooShort + 1} is shorter than ${SHORTEST} characters; make a key with: openssl rand -base64 32`;
    return { kind: 'malformed', why };
  }
  const keys = [...new Set(lines)].filter((line) => line !== '').map(secretKey);
  if (keys.length === 0)
    return { kind: 'malformed', why: 'it holds no key; make one with: openssl rand -base64 32' };
  return { kind: 'keys', keys };
}
