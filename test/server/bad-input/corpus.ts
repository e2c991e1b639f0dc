import type { RefusalCode } from '../../../src/server/refusals.ts';
import {
  altered,
  CEILING,
  CREATE,
  type Http,
  http,
  MARK,
  REFERRING,
  reviewOf,
  SCALE,
  UPDATE,
  WORKLOAD,
} from './requests.ts';

/** One class of input: what it is, its bytes on the wire, and the answer: a documented code, or the uid of a review. */
export interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly expected: { readonly code: RefusalCode } | { readonly uid: string };
}

const MIB = 1024 * 1024;
const json = JSON.stringify;

const refused = (name: string, code: RefusalCode, body: string | Uint8Array, how?: Http): Entry => ({
  name,
  bytes: http(body, how),
  expected: { code },
});
const answered = (name: string, body: string | Uint8Array, how?: Http, uid = 'u1'): Entry => ({
  name,
  bytes: http(body, how),
  expected: { uid },
});

const chunked = (...chunks: readonly string[]) =>
  [...chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`), '0\r\n\r\n'].join(
    '',
  );
const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
/** In a field that no schema knows; the review itself has four levels around it. */
const deepReview = (levels: number) => altered(UPDATE, '"replicas":2', `"unknown":${nested(levels)}`);

const BODIES: readonly Entry[] = [
  refused('an empty body', 'BODY_NOT_JSON', ''),
  refused('no body and no content-type', 'BODY_NOT_JSON', '', {
    head: ['host: lockstep', 'content-length: 0'],
  }),
  refused('text', 'BODY_NOT_JSON', MARK),
  refused('JSON that ends early', 'BODY_NOT_JSON', json(UPDATE).slice(0, -1)),
  refused('JSON with something behind it', 'BODY_NOT_JSON', `${json(UPDATE)}${MARK}`),
  refused('a value without quotes', 'BODY_NOT_JSON', altered(UPDATE, json(MARK), MARK)),
  refused('NaN', 'BODY_NOT_JSON', altered(UPDATE, '"replicas":2', '"replicas":NaN')),
  refused(
    'bytes that are no UTF-8',
    'BODY_NOT_JSON',
    Buffer.from(altered(UPDATE, 'web:1', '\xff\xfe'), 'latin1'),
  ),
  refused('UTF-16', 'BODY_NOT_JSON', Buffer.from(json(UPDATE), 'utf16le')),
  refused('a byte order mark', 'BODY_NOT_JSON', `\ufeff${json(UPDATE)}`),
  refused('8 MiB', 'BODY_TOO_LARGE', altered(UPDATE, 'web:1', 'x'.repeat(8 * MIB))),
  refused('8 MiB in chunks', 'BODY_TOO_LARGE', chunked(...Array(8).fill('x'.repeat(MIB))), {
    head: ['host: lockstep', 'content-type: application/json', 'transfer-encoding: chunked'],
  }),
  answered('6 MiB', altered(UPDATE, 'web:1', 'x'.repeat(6 * MIB))),
  refused('7 MiB of opening brackets', 'BODY_TOO_DEEP', '['.repeat(7 * MIB)),
  refused('7 MiB of nested arrays', 'BODY_TOO_DEEP', `${'['.repeat(3 * MIB)}${']'.repeat(3 * MIB)}`),
  refused('a review nested 10,000 deep', 'BODY_TOO_DEEP', deepReview(10_000)),
  refused(
    'a million values',
    'BODY_TOO_MANY_VALUES',
    altered(UPDATE, '"replicas":2', `"unknown":[${'0,'.repeat(1e6)}0]`),
  ),
  answered('a review nested nearly as deep as allowed', deepReview(496)),
  answered('brackets inside of strings', altered(UPDATE, 'web:1', `\\"${'[{'.repeat(5000)}\\\\`)),
];

const REVIEWS: readonly Entry[] = [
  refused('null', 'REVIEW_UNSUPPORTED', 'null'),
  refused('a number', 'REVIEW_UNSUPPORTED', '1e999'),
  refused('a string', 'REVIEW_UNSUPPORTED', json(MARK)),
  refused('an array', 'REVIEW_UNSUPPORTED', json([UPDATE])),
  refused('an empty object', 'REVIEW_UNSUPPORTED', '{}'),
  refused(
    'v1beta1',
    'REVIEW_UNSUPPORTED',
    altered(UPDATE, 'admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
  ),
  refused('another kind', 'REVIEW_UNSUPPORTED', altered(UPDATE, 'AdmissionReview', MARK)),
  refused('a bare Deployment', 'REVIEW_UNSUPPORTED', json(WORKLOAD)),
  refused('no request', 'REVIEW_UNSUPPORTED', json({ ...UPDATE, request: undefined })),
  refused('no uid', 'UID_MISSING', json(reviewOf({ uid: undefined, operation: 'CREATE', object: WORKLOAD }))),
  refused('an empty uid', 'UID_MISSING', altered(UPDATE, '"u1"', '""')),
  refused('a uid that is a number', 'UID_MISSING', altered(UPDATE, '"u1"', '1')),
  refused('a string for a number', 'REVIEW_INVALID', altered(UPDATE, '"replicas":2', `"replicas":"${MARK}"`)),
  refused('a number for a string', 'REVIEW_INVALID', altered(UPDATE, json(MARK), '5')),
  refused('an operation that is not reviewed', 'REVIEW_INVALID', altered(UPDATE, '"UPDATE"', '"DELETE"')),
  refused('a Deployment for a Scale', 'REVIEW_INVALID', altered(SCALE, '"replicas":3', '"replicas":[]'), {
    target: '/admission/scale',
  }),
  refused('a Pod for a Deployment', 'REVIEW_INVALID', altered(UPDATE, '"template"', '"containers"')),
  refused(
    'a field name of 1 MiB',
    'REVIEW_INVALID',
    altered(UPDATE, '"note":', `"${'n'.repeat(MIB)}":1,"note":`),
  ),
  answered('an old object of null', altered(UPDATE, '"oldObject"', '"oldObject":null,"ignored"')),
  answered(
    'a Deployment without fields',
    json(reviewOf({ operation: 'CREATE', object: { metadata: {}, spec: { template: {} } } })),
  ),
];

const POISON = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
/** As deep as they go: the pod template, whose fields are compared and patched. */
const poisoned = altered(UPDATE, '"image":"web:1"', `${POISON},"image":"web:1"`);

const VALUES: readonly Entry[] = [
  answered('a key twice: the last counts, as in Go', altered(UPDATE, '"uid":"u1"', '"uid":"u0","uid":"u1"')),
  refused(
    'a key twice, the last one unfit',
    'UID_MISSING',
    altered(UPDATE, '"uid":"u1"', '"uid":"u1","uid":7'),
  ),
  answered('names that could change a prototype', poisoned),
  answered('the same at the top', json(UPDATE).replace('{', `{${POISON},`)),
  answered(
    'an annotation named constructor',
    altered(UPDATE, '"note":', '"constructor":"c","toString":"t","note":'),
  ),
  answered('an annotation named __proto__', altered(UPDATE, '"note":', '"__proto__":"p","note":')),
  refused('a uid from a prototype', 'UID_MISSING', altered(UPDATE, '"uid":"u1"', '"__proto__":{"uid":"u1"}')),
  answered(
    'lone surrogates in the uid: they come back',
    altered(UPDATE, '"u1"', '"\\ud800u\\udfff"'),
    {},
    '\ud800u\udfff',
  ),
  answered(
    'lone surrogates in names and values',
    altered(CREATE, '"name":"app"', '"name":"\\udead"').replaceAll('"n"', '"\\ud800"'),
  ),
  answered(
    'a lone surrogate as the name of a scale',
    altered(SCALE, '"web"', '"\\ud800"').replaceAll('"web"', '"\\ud800"'),
    { target: '/admission/scale' },
  ),
  answered(
    'numbers beyond every float',
    altered(UPDATE, '"replicas":2', '"minReadySeconds":1e400,"x":-1e400,"y":9223372036854775808'),
  ),
  refused(
    'replicas beyond every float',
    'REVIEW_INVALID',
    altered(UPDATE, '"replicas":2', '"replicas":1e400'),
  ),
  answered('replicas of 1e308', altered(UPDATE, '"replicas":2', '"replicas":1e308')),
  answered('a scale by 2^63', altered(SCALE, '"replicas":3', '"replicas":9223372036854775808'), {
    target: '/admission/scale',
  }),
  answered('a growth by 2^63', altered(CEILING, '"replicas":3', '"replicas":9223372036854775808'), {
    target: '/admission/ceiling',
  }),
  answered('a path for a ConfigMap’s name', altered(CREATE, '"name":"app"', '"name":"../../secrets/x?y#z"')),
  answered('a NUL in a name', altered(CREATE, '"name":"app"', '"name":"a\\u0000b"')),
  answered('a name with line ends', altered(CREATE, '"name":"app"', '"name":"a\\r\\nx-evil: 1"')),
  answered('a timeout with a fraction', json(CREATE), { target: '/admission/template?timeout=3001ms' }),
  answered('a timeout without end', json(CREATE), {
    target: `/admission/template?timeout=${'9'.repeat(400)}h`,
  }),
  answered('a timeout that is none', json(CREATE), { target: '/admission/template?timeout=soon' }),
  refused('two timeouts', 'QUERY_INVALID', json(CREATE), {
    target: `/admission/template?timeout=1s&timeout=${MARK}`,
  }),
  answered('a query that means nothing', json(REFERRING && CREATE), {
    target: '/admission/template?__proto__=1&%zz=%',
  }),
];

const withHead = (...head: readonly string[]): Http => ({ head: ['host: lockstep', ...head] });
const JSON_TYPE = 'content-type: application/json';
const length = (body: string) => `content-length: ${Buffer.byteLength(body)}`;
const text = json(UPDATE);

const HTTP: readonly Entry[] = [
  refused('text/plain', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'text/plain' }),
  refused('YAML', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'application/yaml' }),
  refused('protobuf', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'application/vnd.kubernetes.protobuf' }),
  refused('a content-type that is none', 'CONTENT_TYPE_UNSUPPORTED', text, { type: ';;' }),
  refused('no content-type', 'CONTENT_TYPE_UNSUPPORTED', text, withHead(length(text))),
  answered('a content-type with a charset', text, { type: 'application/json; charset=utf-8' }),
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'].map((method) =>
    refused(`${method} on a path of ours`, 'METHOD_NOT_ALLOWED', '', { method, head: ['host: lockstep'] }),
  ),
  refused('PUT with a body', 'METHOD_NOT_ALLOWED', text, { method: 'PUT' }),
  refused('PUT with text', 'METHOD_NOT_ALLOWED', text, { method: 'PUT', type: 'text/plain' }),
  refused('PUT with a body that is no JSON', 'METHOD_NOT_ALLOWED', MARK, { method: 'PUT' }),
  refused('CONNECT', 'METHOD_NOT_ALLOWED', '', {
    method: 'CONNECT',
    target: 'lockstep:443',
    head: ['host: lockstep'],
  }),
  refused('a method that there is not', 'HTTP_MALFORMED', text, { method: 'REVIEW' }),
  ...[
    '/',
    '/admission',
    '/admission/',
    '/admission/template/',
    '/admission/Template',
    '//admission/template',
    '/admission/../admission/template',
    '/%00',
    `/${'x'.repeat(8000)}`,
    '/%zz',
    '/admission/template%zz',
    `/healthz?${MARK}`,
  ].map((target) => refused(`the path ${target.slice(0, 40)}`, 'PATH_UNKNOWN', text, { target })),
  refused('a body for a path that there is not', 'PATH_UNKNOWN', text, { target: '/x', type: 'text/plain' }),
  answered('an absolute URI', text, { target: 'https://lockstep/admission/template?timeout=5s' }),
  refused('OPTIONS of everything', 'PATH_UNKNOWN', '', {
    method: 'OPTIONS',
    target: '*',
    head: ['host: lockstep'],
  }),
  answered('HTTP/1.0 without a host', text, { version: '1.0', head: [JSON_TYPE, length(text)] }),
  refused('HTTP/1.1 without a host', 'HTTP_MALFORMED', text, { head: [JSON_TYPE, length(text)] }),
  refused('HTTP/2 without a handshake', 'HTTP_MALFORMED', 'SM\r\n\r\n', {
    method: 'PRI',
    target: '*',
    version: '2.0',
    head: [],
  }),
  refused('HTTP/9.9', 'HTTP_MALFORMED', text, { version: '9.9' }),
  refused('a wish for an upgrade', 'METHOD_NOT_ALLOWED', '', {
    method: 'GET',
    head: ['host: lockstep', 'connection: upgrade', 'upgrade: websocket'],
  }),
  answered('Expect: 100-continue', text, withHead(JSON_TYPE, length(text), 'expect: 100-continue')),
  answered('an expectation that nobody knows', text, withHead(JSON_TYPE, length(text), 'expect: 200-ok')),
  answered(
    'chunks',
    chunked(text.slice(0, 50), text.slice(50)),
    withHead(JSON_TYPE, 'transfer-encoding: chunked'),
  ),
  refused(
    'a content-length and chunks',
    'HTTP_MALFORMED',
    chunked(text),
    withHead(JSON_TYPE, length(text), 'transfer-encoding: chunked'),
  ),
  refused(
    'two content-lengths',
    'HTTP_MALFORMED',
    text,
    withHead(JSON_TYPE, length(text), 'content-length: 5'),
  ),
  refused(
    'a content-length that is no number',
    'HTTP_MALFORMED',
    text,
    withHead(JSON_TYPE, 'content-length: -1'),
  ),
  refused(
    'a transfer-encoding that is none',
    'HTTP_MALFORMED',
    text,
    withHead(JSON_TYPE, 'transfer-encoding: chunked, identity'),
  ),
  refused(
    'a chunk whose size is no number',
    'HTTP_MALFORMED',
    `zz\r\n${text}\r\n0\r\n\r\n`,
    withHead(JSON_TYPE, 'transfer-encoding: chunked'),
  ),
  refused(
    'a space in front of a colon',
    'HTTP_MALFORMED',
    text,
    withHead(JSON_TYPE, length(text), 'x-a : b'),
  ),
  refused('a NUL in a header', 'HTTP_MALFORMED', text, withHead(JSON_TYPE, length(text), 'x-a: \0')),
  refused(
    'a bomb of one header',
    'HEADERS_TOO_LARGE',
    text,
    withHead(JSON_TYPE, length(text), `x-a: ${'x'.repeat(100_000)}`),
  ),
  refused(
    'a bomb of many headers',
    'HEADERS_TOO_LARGE',
    text,
    withHead(JSON_TYPE, length(text), ...Array(5000).fill('x-a: b')),
  ),
  refused('a target of 100 KB', 'HEADERS_TOO_LARGE', text, { target: `/${'x'.repeat(100_000)}` }),
  refused(
    'gzip',
    'BODY_NOT_JSON',
    Buffer.from('1f8b0800', 'hex'),
    withHead(JSON_TYPE, 'content-encoding: gzip', 'content-length: 4'),
  ),
];

export const CORPUS: readonly Entry[] = [...BODIES, ...REVIEWS, ...VALUES, ...HTTP];
