import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventJobs } from '../../src/cluster/event-jobs.ts';
import type { EventJob } from '../../src/telemetry/event-recorder.ts';

/** Jobs with these reports. `ends` ends all that have begun. */
function jobsWith(take: (namespace: string) => boolean = () => true) {
  const counts = { dropped: 0, failed: 0 };
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const later = eventJobs(
    { take },
    {
      onDropped() {
        counts.dropped += 1;
      },
      onFailed() {
        counts.failed += 1;
      },
    },
    1,
  );
  const waiting =
    (name: string): EventJob =>
    () => {
      begun.push(name);
      return new Promise((resolve) => ends.push(() => resolve(undefined)));
    };
  const endAll = async () => {
    for (const end of ends.splice(0)) end();
    await setImmediate();
  };
  return { later, counts, begun, waiting, endAll };
}
const place = (namespace: string) => ({ namespace, subject: 'deployment/web' });

test('four run at a time, and namespaces take turns', async () => {
  const { later, begun, waiting, endAll } = jobsWith();
  for (let i = 0; i < 50; i += 1) later(place('loud'), waiting(`loud-${i}`));
  later(place('quiet'), waiting('quiet'));
  await setImmediate();
  expect(begun).toEqual(['loud-0', 'loud-1', 'loud-2', 'loud-3']);
  await endAll();
  expect(begun.slice(4)).toContain('quiet');
});

test('a thousand wait at most, and the others are dropped', async () => {
  const { later, counts, waiting, endAll } = jobsWith();
  for (let i = 0; i < 1_500; i += 1) later(place('n'), waiting(String(i)));
  expect(counts.dropped).toBe(500);
  await setImmediate();
  await endAll();
  later(place('n'), waiting('next'));
  expect(counts.dropped).toBe(500);
});

test('one beyond the budget is dropped, and does not begin', async () => {
  const { later, counts, begun, waiting } = jobsWith((namespace) => namespace !== 'spent');
  later(place('spent'), waiting('spent'));
  later(place('n'), waiting('n'));
  await setImmediate();
  expect([counts.dropped, begun]).toEqual([1, ['n']]);
});

test('a failure is counted and nothing else, also one that is thrown at once', async () => {
  const { later, counts } = jobsWith();
  later(place('n'), () => Promise.reject(new Error('refused')));
  later(place('n'), () => {
    throw new Error('bug');
  });
  await setImmediate();
  expect(counts.failed).toBe(2);
});

test('what has not come about is looked for once more', async () => {
  const { later } = jobsWith();
  let looks = 0;
  const done = Promise.withResolvers<void>();
  later(place('n'), async () => {
    looks += 1;
    if (looks === 2) done.resolve();
    return 'not-yet';
  });
  await done.promise;
  await pause(10);
  expect(looks).toBe(2);
});
