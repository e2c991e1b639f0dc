import { createHash } from 'node:crypto';

/** Digits of a seal: 128 bits. */
const SEAL_DIGITS = 32;

/**
 * The seal of a full digest. It stands in a template beside the short digest. Together they tie the
 * template to one content: two contents with the same 192 bits take 2^96 tries. For the short digest
 * alone, 2^32 tries are enough, which is minutes. A seal does not reveal a keyed digest.
 */
export function sealOf(digest: string): string {
  return createHash('sha256').update('lockstep/seal/v1\n').update(digest).digest('hex').slice(0, SEAL_DIGITS);
}

export const isSeal = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
