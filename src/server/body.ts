import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { DEEPEST, MOST_VALUES, Refusal } from './refusals.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** To look at so many bytes one by one is faster than one call of `indexOf`. Most strings are shorter. */
const SHORT_STRING = 64;

/**
 * The index of the quote that ends the string, which begins at
 * the quote at `start`; the end of the text if there is none.
 */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at <= start + SHORT_STRING; at += 1) {
    if (json[at] === QUOTE) return at;
    if (json[at] === BACKSLASH) at += 1;
  }
  return endOfLongString(json, start);
}

function endOfLongString(json: Buffer, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}

/**
 * How many values a JSON text holds, counted by the brackets and commas outside
 * of its strings. If the text is not JSON, the parser reports that later.
 *
 * Depth: JSON.parse itself does not recurse, but code that works on its result does. JSON.stringify with a
 * replacer fails at about 2,700 levels. A Deployment has about 20 levels; the API server refuses 10,000.
 *
 * Values: 7 MiB of `{},` become 150 MiB of objects, and that ended a process
 * with a heap of 128 MiB. Two Deployments as large as etcd takes them (1.5
 * MiB each), made of nothing but environment variables, have 375,000 values.
 * @throws Refusal BODY_TOO_DEEP, BODY_TOO_MANY_VALUES
 */
export function valueCountOf(json: Buffer): number {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        values += 1;
        depth += 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
    }
    if (depth > DEEPEST) throw new Refusal('BODY_TOO_DEEP');
    if (values > MOST_VALUES) throw new Refusal('BODY_TOO_MANY_VALUES');
  }
  return values;
}

/**
 * Parses the JSON of a body. A key `__proto__` becomes a property like any other,
 * and `constructor` is a legal annotation, label and environment variable. So no
 * name is refused. No code may assign under a name that came with a review.
 * @throws Refusal BODY_NOT_JSON. The parser's own message would quote the body
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new Refusal('BODY_NOT_JSON', 'it is empty');
  if (!isUtf8(body)) throw new Refusal('BODY_NOT_JSON');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('BODY_NOT_JSON');
  }
}

/**
 * Reads the rest of a body, drops it, and then calls `then`. If a connection closes with unread bytes,
 * it is reset and the answer is lost on its way. A client that does not finish is not waited for.
 * @param most the most bytes to read
 * @param ms how long to read at most
 */
export function drainBody({ raw }: FastifyRequest, most: number, ms: number, then: () => void): void {
  let left = most;
  const done = () => {
    clearTimeout(timer);
    raw.off('data', count).off('end', done).off('close', done);
    then();
  };
  const timer = setTimeout(done, ms);
  const count = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) done();
  };
  raw.on('data', count).once('end', done).once('close', done).resume();
}
