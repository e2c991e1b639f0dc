import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { DEEPEST, Refusal } from './refusals.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

/** The index of the quote that ends the string which the quote at `start` begins; the end of the text if none does. */
function endOfString(json: Buffer, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}

/** Do arrays and objects nest deeper than that? Where the text is no JSON, the parser has the last word. */
export function nestsDeeper(json: Buffer, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (OPENS.has(byte)) depth += 1;
    else if (CLOSES.has(byte)) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

/**
 * The JSON of a body. JSON.parse itself does not recurse, but what works on its result does: JSON.stringify with a
 * replacer ends at about 2,700 levels, and a body of 3.5 million takes a second to parse. A Deployment has about 20; the
 * API server refuses 10,000. Looking costs a pass over the bytes, and saves what parsing would allocate.
 *
 * A key `__proto__` becomes a property like any other, and `constructor` is a legal annotation, label and environment
 * variable: nothing is refused for its name. No code here may assign under a name that came with a review.
 * @throws Refusal BODY_NOT_JSON (a parser's own message quotes the body), BODY_TOO_DEEP
 */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) throw new Refusal('BODY_NOT_JSON', 'it is empty');
  if (nestsDeeper(body, DEEPEST)) throw new Refusal('BODY_TOO_DEEP');
  if (!isUtf8(body)) throw new Refusal('BODY_NOT_JSON');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('BODY_NOT_JSON');
  }
}

/**
 * Reads on and drops what comes, then goes on: a connection that is closed with bytes unread is reset, and the answer is
 * lost on its way. A client that does not come to an end is not waited for.
 * @param most bytes to read at most
 */
export function whenDrained({ raw, signal }: FastifyRequest, most: number, then: () => void): void {
  let left = most;
  const done = () => {
    raw.off('data', count).off('end', done);
    signal.removeEventListener('abort', done);
    then();
  };
  const count = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) done();
  };
  raw.on('data', count).once('end', done).resume();
  // The request's time is over, or its client has gone.
  signal.addEventListener('abort', done, { once: true });
}
