import { alteredReview, MARK, UPDATE } from '../../../kit/review-requests.ts';
import { answered, chunked, type Entry, json, MIB, refused } from './entry.ts';

const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
/**
 * Nests objects in the pod template, which is serialised and compared, in a field that no schema knows: eight
 * levels down.
 */
const deepReview = (levels: number) =>
  alteredReview(UPDATE, '"image":"web:1"', `"unknown":${nested(levels)},"image":"web:1"`);

export const BODIES: readonly Entry[] = [
  refused('an empty body', 'BODY_NOT_JSON', ''),
  refused('no body and no content-type', 'BODY_NOT_JSON', '', {
    head: ['host: lockstep', 'content-length: 0'],
  }),
  refused('text', 'BODY_NOT_JSON', MARK),
  refused('JSON that ends early', 'BODY_NOT_JSON', json(UPDATE).slice(0, -1)),
  refused('JSON with something behind it', 'BODY_NOT_JSON', `${json(UPDATE)}${MARK}`),
  refused('a value without quotes', 'BODY_NOT_JSON', alteredReview(UPDATE, json(MARK), MARK)),
  refused('NaN', 'BODY_NOT_JSON', alteredReview(UPDATE, '"replicas":2', '"replicas":NaN')),
  refused(
    'bytes that are no UTF-8',
    'BODY_NOT_JSON',
    Buffer.from(alteredReview(UPDATE, 'web:1', '\xff\xfe'), 'latin1'),
  ),
  refused('UTF-16', 'BODY_NOT_JSON', Buffer.from(json(UPDATE), 'utf16le')),
  refused('a byte order mark', 'BODY_NOT_JSON', `\ufeff${json(UPDATE)}`),
  refused('20 MiB', 'BODY_TOO_LARGE', alteredReview(UPDATE, 'web:1', 'x'.repeat(20 * MIB))),
  refused('20 MiB in chunks', 'BODY_TOO_LARGE', chunked(...Array<string>(20).fill('x'.repeat(MIB))), {
    head: ['host: lockstep', 'content-type: application/json', 'transfer-encoding: chunked'],
  }),
  answered('18 MiB', alteredReview(UPDATE, 'web:1', 'x'.repeat(18 * MIB))),
  refused('7 MiB of opening brackets', 'BODY_TOO_DEEP', '['.repeat(7 * MIB)),
  refused('7 MiB of nested arrays', 'BODY_TOO_DEEP', `${'['.repeat(3 * MIB)}${']'.repeat(3 * MIB)}`),
  refused('a review nested 10,000 deep', 'BODY_TOO_DEEP', deepReview(10_000)),
  refused(
    'a million values',
    'BODY_TOO_MANY_VALUES',
    alteredReview(UPDATE, '"replicas":2', `"unknown":[${'0,'.repeat(1e6)}0]`),
  ),
  answered('a review nested as deep as allowed', deepReview(492)),
  refused('a review nested deeper than allowed', 'BODY_TOO_DEEP', deepReview(494)),
  answered('brackets inside of strings', alteredReview(UPDATE, 'web:1', `\\"${'[{'.repeat(5000)}\\\\`)),
];
