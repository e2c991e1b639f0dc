import { describe, expect, test } from 'vitest';
import { refusalError } from '../../src/api/errors.ts';
import { isForbidden, unlessForbidden } from '../../src/kubectl/forbidden.ts';

const refusedWith = (status: number) =>
  refusalError({ verb: 'get', resource: 'secrets' }, { status, body: {}, retryAfter: undefined });
const staying = { signal: new AbortController().signal };

describe('a read that the person may not do', () => {
  test('gives what stands in its place', async () => {
    expect(await unlessForbidden(staying, async () => 'read', 'hidden')).toBe('read');
    expect(await unlessForbidden(staying, () => Promise.reject(refusedWith(403)), 'hidden')).toBe('hidden');
  });

  test.each([401, 429, 500, 503])('is not one that fails with %s', async (status) => {
    const error = refusedWith(status);
    expect(isForbidden(error)).toBe(false);
    await expect(unlessForbidden(staying, () => Promise.reject(error), 'hidden')).rejects.toBe(error);
  });

  test('is not one that fails on the way', async () => {
    const error = new Error('connection lost');
    await expect(unlessForbidden(staying, () => Promise.reject(error), 'hidden')).rejects.toBe(error);
  });

  test('ends like any other if the person leaves', async () => {
    const error = refusedWith(403);
    await expect(
      unlessForbidden({ signal: AbortSignal.abort() }, () => Promise.reject(error), 'hidden'),
    ).rejects.toBe(error);
  });
});
