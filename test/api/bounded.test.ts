import { expect, test } from 'vitest';
import { withCallDeadline } from '../../src/api/bounded.ts';
import type { ApiClient } from '../../src/api/client.ts';
import { clusterClock } from '../../src/api/clock.ts';
import type { ApiRequest } from '../../src/api/request.ts';

/** A client that never answers, and rejects with the reason when the request is aborted. */
const SILENT: ApiClient = {
  request: ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  watch: () => Promise.reject(new Error('no watch')),
  clock: clusterClock(),
  close: async () => undefined,
};
const request = (signal: AbortSignal): ApiRequest => ({ verb: 'get', resource: 'pods', path: '/', signal });

test('each call ends after its own time, although the work that it is part of goes on', async () => {
  const work = new AbortController();
  const client = withCallDeadline(SILENT, 5);
  for (let call = 0; call < 2; call += 1) {
    await expect(client.request(request(work.signal))).rejects.toMatchObject({ name: 'TimeoutError' });
  }
  expect(work.signal.aborted).toBe(false);
});

test('a call ends with the work that it is part of', async () => {
  const work = new AbortController();
  const ended = withCallDeadline(SILENT, 60_000).request(request(work.signal));
  work.abort(new Error('the work is over'));
  await expect(ended).rejects.toThrow('the work is over');
});
