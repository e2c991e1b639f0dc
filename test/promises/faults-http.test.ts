import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import { expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { driftedSandbox, expectFullService, failedReviews, kubeconfigVia, TIMEOUT } from './faults.ts';
import { type FaultyAnswer, type HttpFaults, startHttpFaults } from './http-faults.ts';

const lockstep = useLockstep();
let faults: HttpFaults;

beforeAll(async () => {
  faults = await startHttpFaults(lockstep().cluster);
  await lockstep().restart(await kubeconfigVia(lockstep(), faults));
  await lockstep().register(TIMEOUT);
});
afterEach(() => faults.heal());
afterAll(() => faults?.stop());

const throttledAnswer = (seconds: number): FaultyAnswer => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
});

describe('Invariant 1, in step: through a temporary fault', () => {
  test.each([
    { fault: 'throttled for a second', answer: throttledAnswer(1), times: 1, atLeastMs: 1_000 },
    { fault: 'three times 500', answer: { status: 500 }, times: 3, atLeastMs: 0 },
    {
      fault: '503, then 500',
      answer: { status: 503, headers: { 'retry-after': '0' } },
      times: 2,
      atLeastMs: 0,
    },
    { fault: 'once 401', answer: { status: 401 }, times: 1, atLeastMs: 0 },
  ])(
    '$fault: the scale-up is in step, without a warning about the fault',
    async ({ answer, times, atLeastMs }) => {
      const box = await driftedSandbox(lockstep());
      faults.answer(answer, times);
      const started = performance.now();
      await expectFullService(box, 3);
      expect(performance.now() - started).toBeGreaterThan(atLeastMs);
      expect(faults.seen.length).toBeGreaterThan(times);
    },
  );

  test('a PATCH with a lost answer is sent again, changes nothing more, and makes one rollout', async () => {
    const box = await driftedSandbox(lockstep());
    const replicaSets = await box.replicaSets();
    const { hash } = await box.marks();
    faults.loseAnswers('PATCH');
    const scaled = await scale(box, 3);
    expect(scaled.stderr).not.toContain('was not checked');
    expectWarning(scaled, WEB_ROLLS);
    expect(faults.seen.filter((request) => request.startsWith('PATCH'))).toHaveLength(2);
    expect((await box.marks()).hash).not.toBe(hash);
    await box.untilRolledOut();
    expect(createdObjects(replicaSets.events)).toHaveLength(1);
    await replicaSets.stop();
  });
});

describe('Invariant 5, never in the way: the API server refuses for good', () => {
  const refused = 'api_refused';
  test.each([
    {
      fault: 'throttled for long',
      answer: throttledAnswer(30),
      requests: 1,
      reason: refused,
      told: 'the API server answered 429 to get configmaps',
    },
    {
      fault: '500',
      answer: { status: 500 },
      requests: 4,
      reason: refused,
      told: 'the API server answered 500 to get configmaps',
    },
    {
      fault: '401',
      answer: { status: 401 },
      requests: 2,
      reason: refused,
      told: 'the API server answered 401 to get configmaps: lockstep’s token is not accepted',
    },
    {
      fault: 'an answer that does not end',
      answer: { status: 200, body: 'endless' },
      requests: 1,
      reason: 'api_unexpected',
      told: 'the API server sent more than 10 MiB to get configmaps',
    },
    {
      fault: 'an answer that is no JSON',
      answer: { status: 200, body: 'not json' },
      requests: 1,
      reason: 'api_unexpected',
      told: 'the API server’s answer to get configmaps is not JSON',
    },
  ] as const)(
    '$fault: the call succeeds after $requests requests, with a warning',
    async ({ answer, ...fault }) => {
      const box = await driftedSandbox(lockstep());
      const counted = await failedReviews(lockstep().program(), fault.reason);
      faults.answer(answer);
      // Not a scale, because the ceiling's reviews after a scale would send requests, too.
      const annotated = await box.kubectl(['annotate', 'deployment/web', 'note=1']);
      expectWarning(annotated, `deployment/web was not checked: ${fault.told}`);
      const reviews = (await failedReviews(lockstep().program(), fault.reason)) - counted;
      expect(reviews).toBeGreaterThan(0);
      const reads = faults.seen.filter((request) => request.endsWith('/configmaps/app'));
      expect(reads).toHaveLength(reviews * fault.requests);
      faults.heal();
      await expectFullService(box);
    },
  );
});
