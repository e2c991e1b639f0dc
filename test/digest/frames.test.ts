import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framesTo } from '../../src/digest/frames.ts';

/** Each part with its length in front, byte by byte as the canonical form of version 1 says. */
function plainly(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  }
  return hash.digest('hex');
}

function gathered(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  const frames = framesTo(hash);
  for (const part of parts) {
    if (typeof part === 'string') frames.addText(part);
    else frames.addBytes(part);
  }
  frames.end();
  return hash.digest('hex');
}

test('frames are the same however they are gathered', () => {
  // Around the size of a chunk, too.
  const size = fc.oneof(fc.nat(40), fc.integer({ min: 16_350, max: 16_400 }), fc.constant(40_000));
  const text = fc.oneof(
    size.map((length) => 'é'.repeat(length >> 1)),
    fc.string({ unit: 'binary' }),
    // Half of a surrogate pair, which UTF-8 does not have.
    fc.constant('\ud800'),
  );
  const part = fc.oneof(
    text,
    size.map((length) => Buffer.alloc(length, 7)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      expect(gathered(parts)).toBe(plainly(parts));
    }),
    { numRuns: 500 },
  );
});
