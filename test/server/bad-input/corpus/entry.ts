import type { RefusalCode } from '../../../../src/server/refusals.ts';
import { type Http, http } from '../../../kit/review-requests.ts';

/**
 * One class of input: a description, its bytes on the wire, and the answer: a documented code, or the uid of
 * a review.
 */
export interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly expected: { readonly code: RefusalCode } | { readonly uid: string; readonly allowed: boolean };
}

export const refused = (name: string, code: RefusalCode, body: string | Uint8Array, how?: Http): Entry => ({
  name,
  bytes: http(body, how),
  expected: { code },
});
export const answered = (
  name: string,
  body: string | Uint8Array,
  how?: Http,
  uid = 'u1',
  allowed = true,
): Entry => ({
  name,
  bytes: http(body, how),
  expected: { uid, allowed },
});

export const json = JSON.stringify;

export const MIB = 1024 * 1024;

/** A body in chunks of a chunked transfer. */
export const chunked = (...chunks: readonly string[]) =>
  [...chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`), '0\r\n\r\n'].join(
    '',
  );
