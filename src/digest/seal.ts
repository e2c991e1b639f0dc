import { createHash } from 'node:crypto';

/** Digits of a seal: 128 bits. */
const SEAL_DIGITS = 32;

/**
 * The seal of a full digest. It stands in a template beside the short digest, and together they tie the
 * template to one content: who wants two contents with the same 192 bits has to try 2^96. The short digest
 * alone takes 2^32 tries, which is minutes. A keyed digest stays unknown to those who read its seal.
 */
export function sealOf(digest: string): string {
  return createHash('sha256').update('lockstep/seal/v1\n').update(digest).digest('hex').slice(0, SEAL_DIGITS);
}

export const isSeal = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
