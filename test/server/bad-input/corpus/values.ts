import { alteredReview, CEILING, CREATE, MARK, SCALE, UPDATE } from '../../../kit/review-requests.ts';
import { answered, type Entry, json, refused } from './entry.ts';

const POISON = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
/** At the greatest depth: in the pod template, which is compared and patched. */
const poisoned = alteredReview(UPDATE, '"image":"web:1"', `${POISON},"image":"web:1"`);

export const VALUES: readonly Entry[] = [
  answered(
    'a key twice: the last counts, as in Go',
    alteredReview(UPDATE, '"uid":"u1"', '"uid":"u0","uid":"u1"'),
  ),
  refused(
    'a key twice, the last one unfit',
    'UID_MISSING',
    alteredReview(UPDATE, '"uid":"u1"', '"uid":"u1","uid":7'),
  ),
  answered('names that could change a prototype', poisoned),
  answered('the same at the top', json(UPDATE).replace('{', `{${POISON},`)),
  answered(
    'an annotation named constructor',
    alteredReview(UPDATE, '"note":', '"constructor":"c","toString":"t","note":'),
  ),
  answered('an annotation named __proto__', alteredReview(UPDATE, '"note":', '"__proto__":"p","note":')),
  refused(
    'a uid from a prototype',
    'UID_MISSING',
    alteredReview(UPDATE, '"uid":"u1"', '"__proto__":{"uid":"u1"}'),
  ),
  answered(
    'lone surrogates in the uid: they come back',
    alteredReview(UPDATE, '"u1"', '"\\ud800u\\udfff"'),
    {},
    '\ud800u\udfff',
  ),
  answered('lone surrogates in names and values', alteredReview(CREATE, '"name":"app"', '"name":"\\udead"')),
  refused(
    'a lone surrogate as the namespace',
    'REVIEW_INVALID',
    alteredReview(CREATE, '"namespace":"n"', '"namespace":"\\ud800"'),
  ),
  answered(
    'a lone surrogate as the name of a scale',
    alteredReview(SCALE, '"web"', '"\\ud800"').replaceAll('"web"', '"\\ud800"'),
    { target: '/admission/scale' },
  ),
  answered(
    'numbers beyond every float',
    alteredReview(UPDATE, '"replicas":2', '"minReadySeconds":1e400,"x":-1e400,"y":9223372036854775808'),
  ),
  answered('replicas beyond every float', alteredReview(UPDATE, '"replicas":2', '"replicas":1e400')),
  answered('replicas of 1e308', alteredReview(UPDATE, '"replicas":2', '"replicas":1e308')),
  answered('a scale by 2^63', alteredReview(SCALE, '"replicas":3', '"replicas":9223372036854775808'), {
    target: '/admission/scale',
  }),
  answered('a growth by 2^63', alteredReview(CEILING, '"replicas":3', '"replicas":9223372036854775808'), {
    target: '/admission/ceiling',
  }),
  answered(
    'a path for a ConfigMap’s name',
    alteredReview(CREATE, '"name":"app"', '"name":"../../secrets/x?y#z"'),
  ),
  answered('a NUL in a name', alteredReview(CREATE, '"name":"app"', '"name":"a\\u0000b"')),
  answered('a name with line ends', alteredReview(CREATE, '"name":"app"', '"name":"a\\r\\nx-evil: 1"')),
  answered('a timeout with a fraction', json(CREATE), { target: '/admission/template?timeout=3001ms' }),
  answered('a timeout without end', json(CREATE), {
    target: `/admission/template?timeout=${'9'.repeat(400)}h`,
  }),
  answered('an invalid timeout', json(CREATE), { target: '/admission/template?timeout=soon' }),
  refused('two timeouts', 'QUERY_INVALID', json(CREATE), {
    target: `/admission/template?timeout=1s&timeout=${MARK}`,
  }),
  answered('a query that means nothing', json(CREATE), {
    target: '/admission/template?__proto__=1&%zz=%',
  }),
];
