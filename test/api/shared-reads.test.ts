import { describe, expect, test } from 'vitest';
import { unlessAborted } from '../../src/abort.ts';
import { sharedReads } from '../../src/api/shared-reads.ts';

/** A read that reports its start, and ends when the test says so. */
function readings() {
  const started: PromiseWithResolvers<number>[] = [];
  const read = () => {
    const one = Promise.withResolvers<number>();
    started.push(one);
    return one.promise;
  };
  return { started, read };
}

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('shared reads', () => {
  test('a caller never gets a read that began before its call', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    const first = reads.share('k', never, read);
    const second = reads.share('k', never, read);
    expect(started).toHaveLength(1);
    started[0]?.resolve(1);
    expect(await first).toBe(1);
    await expect.poll(() => started.length).toBe(2);
    started[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  test('callers that wait together share one', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    const first = reads.share('k', never, read);
    const waiting = [1, 2, 3].map(() => reads.share('k', never, read));
    started[0]?.resolve(1);
    await first;
    await expect.poll(() => started.length).toBe(2);
    started[1]?.resolve(2);
    expect(await Promise.all(waiting)).toEqual([2, 2, 2]);
    expect(started).toHaveLength(2);
  });

  test('a read that hangs does not block later ones', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    void reads.share('k', never, read);
    const second = reads.share('k', never, read);
    await expect.poll(() => started.length).toBe(2);
    started[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  test('a read that fails affects only its own callers', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    const first = reads.share('k', never, read);
    const second = reads.share('k', never, read);
    started[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await expect.poll(() => started.length).toBe(2);
    started[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  test('different keys do not wait for each other', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    void reads.share('a', never, read);
    void reads.share('b', never, read);
    await turn();
    expect(started).toHaveLength(2);
  });

  test('a read ends when the last of its callers leaves, whether it has begun or waits', async () => {
    const seen: AbortSignal[] = [];
    const read = (signal: AbortSignal) => {
      seen.push(signal);
      return new Promise<number>(() => undefined);
    };
    const reads = sharedReads(1000);
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const first = reads.share('k', one.signal, read);
    const second = reads.share('k', two.signal, read);
    const third = reads.share('k', three.signal, read);
    one.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
    two.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    // The third still waits, so the read begins.
    await expect.poll(() => seen.length).toBe(2);
    expect(seen[1]?.aborted).toBe(false);
    three.abort(new Error('left'));
    await expect(third).rejects.toThrow('left');
    expect(seen[1]?.aborted).toBe(true);
  });

  test('a caller does not join a read that nobody waits for any more', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    const first = reads.share('k', never, read);
    const leaver = new AbortController();
    const second = reads.share('k', leaver.signal, read);
    leaver.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    const third = reads.share('k', never, read);
    started[0]?.resolve(1);
    expect(await first).toBe(1);
    await expect.poll(() => started.length).toBe(2);
    started[1]?.resolve(3);
    expect(await third).toBe(3);
    expect(started).toHaveLength(2);
  });

  test('a read that its last caller leaves ends for the reason of that one: a deadline is told as one', async () => {
    const reads = sharedReads(20_000);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const read = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => resolve(signal.reason));
      return new Promise<number>(() => undefined);
    };
    const late = new DOMException('late', 'TimeoutError');
    const caller = new AbortController();
    const answer = reads.share('k', caller.signal, read);
    caller.abort(late);
    await expect(answer).rejects.toBe(late);
    expect(await promise).toBe(late);
  });

  test('a caller leaves after its deadline, and the read goes on for the others', async () => {
    const { started, read } = readings();
    const reads = sharedReads(1000);
    const impatient = new AbortController();
    const first = reads.share('k', impatient.signal, read);
    impatient.abort(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    await expect(unlessAborted(Promise.resolve(1), impatient.signal)).rejects.toThrow('too late');
    started[0]?.resolve(1);
  });
});
