import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/certificates/advance.ts';
import { endOf, isCurrent } from '../../src/certificates/key-pair.ts';
import { type PlanFacts, plan, type Step, trustLeadMs } from '../../src/certificates/plan.ts';
import {
  bundleOf,
  type CertificateState,
  isValidAt,
  parseState,
  secretDataOf,
} from '../../src/certificates/state.ts';

const HOUR = 3_600_000;
const START = Date.now();
const lifetimes = { authority: 240 * HOUR, leaf: 96 * HOUR };
const TRUST_LEAD = trustLeadMs(lifetimes);
const names = ['lockstep.lockstep.svc'];
const at = (now: number): PlanFacts => ({ now, lifetimes, names });

/** Takes every step that is due at a time. */
async function catchUp(state: CertificateState | undefined, now: number) {
  const steps: Step[] = [];
  let current = state;
  for (;;) {
    const step = plan(current, at(now));
    if (step === 'rest') break;
    steps.push(step);
    current = await advance(current, step, at(now));
    expect(steps.length, `steps without end: ${steps}`).toBeLessThan(8);
  }
  if (!current) throw new Error('no state');
  return { state: current, steps };
}

describe('the order of renewal', () => {
  test('is: the leaf after two thirds of its life; the next authority beside the present one; then leaves; then without the old one', async () => {
    const seen: [hours: number, step: Step][] = [];
    let state: CertificateState | undefined;
    for (let hours = 0; hours <= 290; hours += 1) {
      const after = await catchUp(state, START + hours * HOUR);
      state = after.state;
      seen.push(...after.steps.map((step) => [hours, step] as [number, Step]));
    }
    expect(seen).toEqual([
      [0, 'start'],
      // Two thirds of 96 hours, and again.
      [64, 'renew'],
      [128, 'renew'],
      // Two thirds of 240 hours. Every API server has ten minutes to learn of it. The first look after that
      // is an hour later.
      [160, 'introduce'],
      [160, 'confirm'],
      [161, 'promote'],
      // The leaf of hour 128 was good until hour 224.
      [224, 'retire'],
      [225, 'renew'],
      [289, 'renew'],
    ]);
  });

  test('keeps every leaf that a replica may serve trusted by every API server, at any time', async () => {
    const pause = fc.oneof(fc.integer({ min: 1, max: TRUST_LEAD }), fc.integer({ min: 1, max: 20 * HOUR }));
    await fc.assert(
      fc.asyncProperty(fc.array(pause, { minLength: 40, maxLength: 80 }), async (pauses) => {
        let now = START;
        let { state } = await catchUp(undefined, now);
        // What was valid until when. An API server may be behind by the lead time, a replica by a quarter of
        // it.
        const bundles = [{ until: Number.POSITIVE_INFINITY, bundle: bundleOf(state) }];
        const leaves = [{ until: Number.POSITIVE_INFINITY, leaf: state.leaf.cert }];
        for (const each of pauses) {
          now += each;
          ({ state } = await catchUp(state, now));
          follow(bundles, now, { until: Number.POSITIVE_INFINITY, bundle: bundleOf(state) });
          follow(leaves, now, { until: Number.POSITIVE_INFINITY, leaf: state.leaf.cert });
          for (const { leaf } of leaves.filter(({ until }) => until > now - TRUST_LEAD / 4)) {
            expect(endOf(leaf)).toBeGreaterThan(now);
            for (const { bundle } of bundles.filter(({ until }) => until > now - TRUST_LEAD)) {
              expect(trusts(bundle, leaf)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test('starts again after a time without replicas: the leaf under a valid authority, or both', async () => {
    const { state } = await catchUp(undefined, START);
    expect((await catchUp(state, START + 100 * HOUR)).steps).toEqual(['renew']);
    // An hour before the end. The leaf that is due ends with its authority, and the authority's successor is
    // trusted at once.
    expect((await catchUp(state, START + 239 * HOUR)).steps).toEqual(['renew', 'introduce', 'confirm']);
    const introduced = (await catchUp(state, START + 239 * HOUR)).state;
    expect((await catchUp(introduced, START + 241 * HOUR)).steps).toEqual(['promote', 'retire']);
    expect((await catchUp(state, START + 500 * HOUR)).steps).toEqual(['start']);
  });

  test('issues a new leaf for a name that the leaf does not have', async () => {
    const { state } = await catchUp(undefined, START);
    const facts = { ...at(START), names: ['other.lockstep.svc'] };
    expect(plan(state, facts)).toBe('renew');
    expect(plan(await advance(state, 'renew', facts), facts)).toBe('rest');
  });
});

describe('what a wrong clock has made', () => {
  const DAY = 24 * HOUR;
  /** What a replica makes whose clock is so far ahead, on top of what there is. */
  const madeAhead = (state: CertificateState | undefined, step: Exclude<Step, 'rest'>, ahead: number) =>
    advance(state, step, at(START + ahead));
  const stepsNow = async (state: CertificateState) => (await catchUp(state, START)).steps;

  test('is not valid yet for the others, and is replaced at once', async () => {
    const { state } = await catchUp(undefined, START);
    expect(isValidAt(state, START)).toBe(true);
    for (const ahead of [400 * DAY, 20 * DAY]) {
      const anew = await madeAhead(undefined, 'start', ahead);
      expect([isValidAt(anew, START), isCurrent(anew.leaf, START)]).toEqual([false, false]);
      expect(isValidAt(anew, START + ahead)).toBe(true);
      expect(await stepsNow(anew)).toEqual(['start']);
    }
  });

  test('a leaf under a valid authority is replaced under that authority', async () => {
    const { state } = await catchUp(undefined, START);
    const renewed = await madeAhead(state, 'renew', 5 * DAY);
    expect(isValidAt(renewed, START)).toBe(false);
    expect(await stepsNow(renewed)).toEqual(['renew']);
    const { state: after } = await catchUp(renewed, START);
    expect(after.authority).toEqual(state.authority);
  });

  test('a next authority that is not valid yet does not sign', async () => {
    const due = START + 165 * HOUR;
    const { state } = await catchUp(await advance(undefined, 'start', at(START)), due - 10 * HOUR);
    const ahead = await madeAhead(state, 'introduce', 30 * DAY);
    const trusted = await madeAhead(ahead, 'confirm', 30 * DAY);
    expect(plan(trusted, at(due))).toBe('introduce');
    expect((await catchUp(trusted, due)).state.authority).toEqual(state.authority);
    // The next authority is right, but the time since when it is trusted lies in the future.
    const introduced = await advance(state, 'introduce', at(due));
    expect(plan(await advance(introduced, 'confirm', at(due + DAY)), at(due))).toBe('confirm');
    expect(plan(await advance(introduced, 'confirm', at(due - 9 * DAY)), at(due))).toBe('confirm');
  });
});

describe('the content of the Secret', () => {
  test('is read back as it was written, at every step', async () => {
    let state: CertificateState | undefined;
    for (const hours of [0, 64, 160, 161, 224]) {
      ({ state } = await catchUp(state, START + hours * HOUR));
      const entries = Object.entries(secretDataOf(state)).filter(([, value]) => value !== undefined);
      expect(parseState(Object.fromEntries(entries) as Record<string, string>)).toEqual({
        kind: 'state',
        state,
      });
    }
  });

  test('differs from an empty Secret, and its error names the entry without a quote', async () => {
    const { state } = await catchUp(undefined, START);
    const other = (await catchUp(undefined, START)).state;
    const data = secretDataOf(state) as Record<string, string>;
    expect(parseState({})).toEqual({ kind: 'empty' });
    expect(parseState({ unrelated: 'x' })).toEqual({ kind: 'empty' });
    for (const [entry, value, why] of [
      ['ca.key', other.authority.key, 'ca.crt and ca.key are no certificate with its key'],
      ['ca.crt', 'nonsense', 'ca.crt and ca.key are no certificate with its key'],
      ['tls.key', '', 'tls.crt and tls.key are no certificate with its key'],
    ] as const) {
      expect(parseState({ ...data, [entry]: value })).toEqual({ kind: 'invalid', why });
    }
    const foreign = { ...data, 'tls.crt': other.leaf.cert, 'tls.key': other.leaf.key };
    expect(parseState(foreign)).toEqual({ kind: 'invalid', why: 'tls.crt is not signed by ca.crt' });
  });

  test('leaves out a broken next or retired authority', async () => {
    const { state } = await catchUp(undefined, START);
    const data = secretDataOf(state) as Record<string, string>;
    expect(
      parseState({ ...data, 'next-ca.crt': 'x', 'retired-ca.crt': 'y', 'retired-ca.until': 'z' }),
    ).toEqual({
      kind: 'state',
      state,
    });
  });
});

/** The last one was valid until now, when the next one began. */
function follow<T extends { until: number }>(history: T[], now: number, next: T): void {
  const last = history.at(-1);
  if (last) last.until = now;
  history.push(next);
}

/** Whether one of the authorities in a bundle has signed the leaf. */
function trusts(bundle: string, leaf: string): boolean {
  const certificate = new X509Certificate(leaf);
  const authorities = bundle.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return authorities.some((each) => certificate.verify(new X509Certificate(each).publicKey));
}
