import { createHmac } from 'node:crypto';

/** A key that digests of Secrets are made with. */
export interface SecretKey {
  /**
   * Eight hexadecimal digits that name the key without telling it: they stand in front of the digests made
   * with it.
   */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Characters of a key in base64: 24 bytes, which nobody can search through. */
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
 * Keys, one a line: digests are made with the first, those made with another are still recognised. Empty
 * lines do not count. What is wrong is said by line number, never by quoting.
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
