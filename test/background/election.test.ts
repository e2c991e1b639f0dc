import { describe, expect, test } from 'vitest';
import { claimFor, nextObservation, type Observation, specOfClaim } from '../../src/background/election.ts';

const heldBy = (holderIdentity: string, renewTime = '2026-05-01T10:00:00.000000Z') => ({
  holderIdentity,
  renewTime,
  leaseDurationSeconds: 15,
});

describe('a look at a Lease', () => {
  test('without a change keeps its time', () => {
    const first = nextObservation(undefined, heldBy('other'), 1_000);
    expect(nextObservation(first, heldBy('other'), 9_000).sinceMs).toBe(1_000);
  });

  test.each([
    ['a renewal', heldBy('other', '2026-05-01T10:00:05.000000Z')],
    ['a renewal by a clock that was set back', heldBy('other', '2026-05-01T09:00:00.000000Z')],
    ['another holder', heldBy('third')],
    ['a release', {}],
  ])('after %s starts a new time', (_how, spec) => {
    const first = nextObservation(undefined, heldBy('other'), 1_000);
    expect(nextObservation(first, spec, 9_000)).toEqual({ spec, sinceMs: 9_000 });
  });

  test('at first starts the time, also without a holder', () => {
    expect(nextObservation(undefined, {}, 1_000)).toEqual({ spec: {}, sinceMs: 1_000 });
  });
});

describe('the claim', () => {
  const since = (spec: Observation['spec']): Observation => ({ spec, sinceMs: 1_000 });

  test.each([
    ['its holder renews', heldBy('me'), 1_000, 'renew'],
    ['its holder renews, however late', heldBy('me'), 900_000, 'renew'],
    ['a free Lease is taken', {}, 1_000, 'take'],
    ['a released Lease is taken', { holderIdentity: null, leaseDurationSeconds: 15 }, 1_000, 'take'],
    ['a Lease that client-go released is taken', { holderIdentity: '' }, 1_000, 'take'],
    ['the Lease of another holder is waited for', heldBy('other'), 15_999, 'wait'],
    [
      'the Lease of another holder is taken if it was not renewed in its time',
      heldBy('other'),
      16_000,
      'take',
    ],
    ['the time in the Lease counts', { ...heldBy('other'), leaseDurationSeconds: 60 }, 60_999, 'wait'],
    ['a Lease without a time gets the default', { holderIdentity: 'other' }, 15_999, 'wait'],
  ])('%s', (_what, spec, nowMs, claim) => {
    expect(claimFor(since(spec), 'me', nowMs)).toBe(claim);
  });
});

test('taking the Lease writes all fields, and renewing it writes only the time', () => {
  const time = new Date('2026-05-01T10:00:00.250Z');
  expect(specOfClaim('take', { leaseTransitions: 4 }, 'me', time)).toEqual({
    holderIdentity: 'me',
    leaseDurationSeconds: 15,
    acquireTime: '2026-05-01T10:00:00.250000Z',
    renewTime: '2026-05-01T10:00:00.250000Z',
    leaseTransitions: 5,
  });
  expect(specOfClaim('renew', { leaseTransitions: 4 }, 'me', time)).toEqual({
    renewTime: '2026-05-01T10:00:00.250000Z',
  });
});
