import { CREATE, type Http, MARK, UPDATE } from '../../../kit/review-requests.ts';
import { answered, chunked, type Entry, json, refused } from './entry.ts';

const withHead = (...head: readonly string[]): Http => ({ head: ['host: lockstep', ...head] });
const JSON_TYPE = 'content-type: application/json';
const length = (body: string) => `content-length: ${Buffer.byteLength(body)}`;
const text = json(UPDATE);

export const HTTP: readonly Entry[] = [
  refused('text/plain', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'text/plain' }),
  refused('YAML', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'application/yaml' }),
  refused('protobuf', 'CONTENT_TYPE_UNSUPPORTED', text, { type: 'application/vnd.kubernetes.protobuf' }),
  refused('an invalid content-type', 'CONTENT_TYPE_UNSUPPORTED', text, { type: ';;' }),
  refused('no content-type', 'CONTENT_TYPE_UNSUPPORTED', text, withHead(length(text))),
  answered('a content-type with a charset', text, { type: 'application/json; charset=utf-8' }),
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'].map((method) =>
    refused(`${method} on a path of ours`, 'METHOD_NOT_ALLOWED', '', { method, head: ['host: lockstep'] }),
  ),
  refused('PUT with a body', 'METHOD_NOT_ALLOWED', text, { method: 'PUT' }),
  refused('PUT with text', 'METHOD_NOT_ALLOWED', text, { method: 'PUT', type: 'text/plain' }),
  refused('PUT with a body that is not JSON', 'METHOD_NOT_ALLOWED', MARK, { method: 'PUT' }),
  answered(
    'a review at a path that refuses on errors',
    json(CREATE),
    { target: '/admission/template/deny' },
    'u1',
    false,
  ),
  refused('CONNECT', 'METHOD_NOT_ALLOWED', '', {
    method: 'CONNECT',
    target: 'lockstep:443',
    head: ['host: lockstep'],
  }),
  refused('an unknown method', 'HTTP_MALFORMED', text, { method: 'REVIEW' }),
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
  answered('an unknown expectation', text, withHead(JSON_TYPE, length(text), 'expect: 200-ok')),
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
    'an invalid transfer-encoding',
    'HTTP_MALFORMED',
    text,
    withHead(JSON_TYPE, 'transfer-encoding: chunked, identity'),
  ),
  refused(
    'a chunk with a size that is not a number',
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
    withHead(JSON_TYPE, length(text), ...Array<string>(5000).fill('x-a: b')),
  ),
  refused('a target of 100 KB', 'HEADERS_TOO_LARGE', text, { target: `/${'x'.repeat(100_000)}` }),
  refused(
    'gzip',
    'BODY_NOT_JSON',
    Buffer.from('1f8b0800', 'hex'),
    withHead(JSON_TYPE, 'content-encoding: gzip', 'content-length: 4'),
  ),
];
