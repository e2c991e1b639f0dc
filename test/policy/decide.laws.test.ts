import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configState, keyIdOf, v1 } from '../../src/digest/format.ts';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import type { Adoption, Decision, Facts } from '../../src/policy/decision.ts';
import { lostSources } from '../../src/policy/lacks.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { accepted, CASES, differ, podless, same, UNKNOWN } from './decide-cases.ts';
import { decisionOn } from './decided.ts';
import { lacksIn, needsOf } from './lacks-arbitrary.ts';
import { A, B } from './pinned-facts.ts';

/** Every outcome of the type has its case in the table. */
const ALL_REASONS = new Set(CASES.map(([outcome]) => outcome));

describe('laws of the decision', () => {
  const ids = ['configmap/app', 'configmap/more', 'secret/db'];
  const digests = fc.constantFrom('absent', 'a'.repeat(64), 'b'.repeat(64));
  const states = fc
    .dictionary(fc.constantFrom(...ids), digests, { maxKeys: 3 })
    .map((of) => configState(new Map(Object.entries(of).map(keyed)), v1()));
  const others = fc.constantFrom(UNKNOWN, { ...A, hash: 'latest' }, { ...A, hash: B.hash });
  const someIds = fc.subarray(ids);
  const rescoped = fc.dictionary(fc.constantFrom(...ids), fc.constantFrom('less', 'other', 'unknown'));
  const facts: fc.Arbitrary<Facts> = fc
    .record({
      operation: fc.constantFrom(...OPERATIONS),
      templateChanged: fc.boolean(),
      undoBringsMetadata: fc.boolean(),
      marks: fc.oneof(fc.constant(NO_MARKS), states.map(marksOfState)),
      recorded: fc.option(fc.oneof({ weight: 3, arbitrary: states }, others), { nil: undefined }),
      recordedFormat: fc.constantFrom('known', 'unknown-key'),
      live: states,
      olderFormat: fc.constantFrom('none', 'other', 'as-recorded'),
      otherState: states,
      rescoped,
      required: someIds,
      idle: fc.boolean(),
      untilConfigured: fc.boolean(),
      mayRoll: fc.boolean(),
      stage: fc.constantFrom(undefined, undefined, 'rollout-aborted' as const, 'rollout-under-way' as const),
      needs: needsOf(ids),
      pin: fc.constant(undefined),
      bringer: fc.constantFrom('request', 'manifest', 'earlier-turn'),
    } as const)
    .map(({ olderFormat, otherState, needs, ...some }) => {
      const recorded = some.operation === 'create' ? undefined : some.recorded;
      const marksBefore = recorded ? marksOfState(recorded) : NO_MARKS;
      const isOfTemplate = some.operation === 'create' || some.operation === 'update';
      return {
        ...some,
        lacks: lacksIn(some.live, needs),
        marksBefore,
        marks: isOfTemplate ? some.marks : marksBefore,
        recorded,
        recordedFormat: !recorded
          ? undefined
          : recorded === UNKNOWN
            ? 'unknown-version'
            : recorded.hash === 'latest'
              ? 'malformed'
              : some.recordedFormat,
        liveAsRecorded:
          recorded && recorded !== UNKNOWN && recorded.hash !== 'latest'
            ? { none: some.live, other: otherState, 'as-recorded': recorded }[olderFormat]
            : undefined,
        templateChanged: some.operation === 'create' || (isOfTemplate && some.templateChanged),
      };
    });
  const adoption = fc.constantFrom<Adoption | undefined>(undefined, same, podless, differ, accepted);
  const referenced = (of: Facts) => Object.keys(of.live.sources).length > 0;
  const carriedBy = (of: Facts, decision: Decision): Marks =>
    decision.action === 'leave' ? of.marks : decision.marks;

  /** The next call, which changes nothing. The record is what the first call left behind. */
  const next = (of: Facts, decision: Decision): Facts => {
    const marks = carriedBy(of, decision);
    const asLive = marks.baseline !== undefined || marks.hash === of.live.hash;
    const none = marks.hash === undefined && marks.baseline === undefined;
    const recorded = asLive ? of.live : none ? undefined : of.recorded;
    return { ...of, operation: 'update', templateChanged: false, marks, marksBefore: marks, recorded };
  };

  test('total and deterministic: the same facts give the same decision', () => {
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        expect(decisionOn(structuredClone(of), structuredClone(history))).toEqual(decisionOn(of, history));
      }),
    );
  });

  test('idempotent: decide, apply, decide again: leave', () => {
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        const first = decisionOn(of, history);
        fc.pre(first.action !== 'leave');
        expect(decisionOn(next(of, first), history).action).toBe('leave');
      }),
      { numRuns: 2000 },
    );
  });

  test('every reason can be reached', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        const { action, reason } = decisionOn(of, history);
        reached.add(`${action} ${reason}`);
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect([...reached].sort()).toEqual([...ALL_REASONS].sort());
  });

  test('in step: after a create, a template change or a drift that may roll, the marks are today’s', () => {
    fc.assert(
      fc.property(facts, (of) => {
        const decision = decisionOn(of);
        fc.pre(referenced(of) && ((of.mayRoll && !of.stage) || of.idle || of.templateChanged));
        // An unknown version cannot be compared. A record that holds in the older format, or for what still
        // counts, is in step unchanged.
        const asItIs = ['unknown-version'].includes(of.recordedFormat ?? '') || holds(of);
        fc.pre(of.templateChanged || !(asItIs || losesPods(of)));
        expect(carriedBy(of, decision).hash).toBe(of.live.hash);
      }),
    );
  });

  test('never worse: while pods lack what they may have had, a call that leaves the template alone keeps it', () => {
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        fc.pre(!of.templateChanged && !(of.marksBefore.hash === undefined && of.marks.hash !== undefined));
        fc.pre(referenced(of) && losesPods(of));
        const { hash, sources } = carriedBy(of, decisionOn(of, history));
        expect([hash, sources]).toEqual([of.marksBefore.hash, of.marksBefore.sources]);
      }),
    );
  });

  test('quiet: with an unchanged template and nothing moved, the template stays as it was', () => {
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        fc.pre(!of.templateChanged && !(of.marksBefore.hash === undefined && of.marks.hash !== undefined));
        fc.pre(of.recorded?.hash === of.live.hash || holds(of));
        // A workload without pods takes today's marks if fewer keys count.
        fc.pre(!of.idle || !countsLess(of));
        const { baseline, ...carried } = carriedBy(of, decisionOn(of, history));
        const { baseline: before, ...marks } = of.marksBefore;
        expect(carried).toEqual(marks);
        if (!countsLess(of)) expect(baseline).toBe(before);
      }),
    );
  });
});

/** The workload has pods, and those of a rollout could not start. */
const losesPods = (of: Facts): boolean => !of.idle && lostSources(of).length > 0;

/** The digest of a Secret begins with the id of a key. */
function keyed([id, digest]: [string, string]): [string, string] {
  return [id, id === 'secret/db' && digest !== 'absent' ? `00000000-${digest}` : digest];
}

const countsLess = ({ rescoped }: Facts): boolean => Object.values(rescoped).includes('less');

/** The record says of each source that counts what is there now, and both speak of the same. */
function holds({ recorded, liveAsRecorded, live, recordedFormat, rescoped }: Facts): boolean {
  return (
    recorded !== undefined &&
    (liveAsRecorded?.hash === recorded.hash ||
      Object.keys(recorded.sources).some((id) => !(id in live.sources))) &&
    Object.entries(live.sources).every(
      ([id, digest]) =>
        recorded.sources[id] === digest ||
        ((rescoped[id] ?? 'less') === 'less' &&
          !(recordedFormat === 'unknown-key' && keyIdOf(recorded.sources[id] ?? '') !== undefined) &&
          recorded.sources[id] !== undefined &&
          recorded.sources[id] === liveAsRecorded?.sources[id] &&
          (digest === 'absent') === (recorded.sources[id] === 'absent')),
    )
  );
}
