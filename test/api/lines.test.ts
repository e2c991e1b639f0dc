import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../src/api/lines.ts';

async function* chunks(parts: readonly (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
}

async function read(parts: readonly (string | Buffer)[], mostBytes = 100): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const line of linesOf(chunks(parts), mostBytes)) found.push(line?.toString('utf8'));
  return found;
}

describe('the lines of a body', () => {
  test('are the same however the body is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat({ max: 40 })),
        async (lines, cuts) => {
          const body = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const at = [...cuts.filter((cut) => cut < body.length).toSorted((a, b) => a - b), body.length];
          const parts = at.map((end, index) => body.subarray(at[index - 1] ?? 0, end));
          expect(await read(parts, 10_000)).toEqual(lines);
        },
      ),
    );
  });

  test('do not have what comes after the last newline: it was cut off', async () => {
    expect(await read(['{"a":1}\n{"b"'])).toEqual(['{"a":1}']);
  });

  test('leave out one that is too long, and go on after it', async () => {
    expect(await read(['abcd\nabc', 'de\nab', 'cd\n'], 4)).toEqual(['abcd', undefined, 'abcd']);
    expect(await read(['abc', 'd', 'e', 'f\na\n'], 4)).toEqual([undefined, 'a']);
  });
});
