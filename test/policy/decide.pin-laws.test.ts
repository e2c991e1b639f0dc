import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Marks } from '../../src/marks/marks.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Adoption, Decision, Facts } from '../../src/policy/decision.ts';
import { decisionOn } from './decided.ts';
import { type Given, givens } from './pinned-arbitraries.ts';
import { carried } from './pinned-facts.ts';

const adoptions = fc.constantFrom<Adoption>(
  { verdict: 'same', baseline: 'b' },
  { verdict: 'may-differ', source: undefined },
);
const counts = ({ live }: Facts) => Object.keys(live.sources).length > 0;
const onTemplate = ({ hash, sources, pinned }: Marks) => ({ hash, sources, pinned });

/** The next call, which changes nothing. The state before it is what the first call left behind. */
function next({ facts, own }: Given, decision: Decision): Facts {
  const left = carried(facts, decision);
  const isNew = left.held === 'now' || left.held === 'on';
  const isHeld = left.held !== undefined && (isNew || facts.pin?.held === true);
  const pods = left.hash === undefined || left.hash === own?.hash ? own : facts.live;
  const recorded = isHeld
    ? isNew
      ? facts.live
      : facts.recorded
    : left.baseline === undefined
      ? pods
      : facts.live;
  const pin = facts.pin && { ...facts.pin, held: isHeld };
  return {
    ...facts,
    operation: 'update',
    templateChanged: false,
    marks: left,
    marksBefore: left,
    recorded: left.hash === undefined && left.baseline === undefined ? undefined : recorded,
    recordedFormat: 'known',
    liveAsRecorded: facts.live,
    pin: pin && (pin.asked || pin.held) ? pin : undefined,
  };
}

function law(check: (given: Given, decision: Decision, after: Marks) => void, numRuns = 3000) {
  fc.assert(
    fc.property(givens, adoptions, (of, adoption) => {
      const decision = decisionOn(of.facts, adoption);
      check(of, decision, carried(of.facts, decision));
    }),
    { numRuns },
  );
}

describe('for any facts about copies', () => {
  test('the same facts give the same decision', () => {
    law(({ facts }) => expect(decide(structuredClone(facts))).toEqual(decide(facts)));
  });

  test('deciding again after the decision was applied gives leave', () => {
    fc.assert(
      fc.property(givens, adoptions, (of, adoption) => {
        const first = decisionOn(of.facts, adoption);
        fc.pre(first.action !== 'leave');
        expect(decisionOn(next(of, first), adoption).action).toBe('leave');
      }),
      { numRuns: 5000 },
    );
  });

  test('if copies are switched off, nothing new about copies is written', () => {
    law(({ facts }, decision, after) => {
      if (facts.pin || decision.action === 'leave') return;
      expect([undefined, facts.marksBefore.pinned]).toContain(after.pinned);
      expect([undefined, facts.marksBefore.held]).toContain(after.held);
    });
  });

  test('only a write changes what the template says', () => {
    law(({ facts }, decision, after) => {
      if (!counts(facts)) return;
      if (decision.action === 'record') expect(onTemplate(after)).toEqual(onTemplate(facts.marksBefore));
      if (decision.action !== 'leave' || after.hash === facts.live.hash) return;
      expect(onTemplate(after)).toEqual(onTemplate(facts.marksBefore));
    });
  });

  test('a workload is never held against what it holds', () => {
    law(({ facts }, _decision, after) => {
      const isHeld = (counts(facts) && facts.pin?.held) || after.held !== facts.marksBefore.held;
      if (isHeld && after.held !== undefined) expect([undefined, facts.live.hash]).not.toContain(after.hash);
    });
  });

  test('copies never appear or disappear alone: on the same template, only with another hash', () => {
    law(({ facts }, _decision, after) => {
      if (facts.templateChanged || facts.marksBefore.hash === undefined) return;
      if (after.hash === facts.marksBefore.hash) expect(after.pinned).toEqual(facts.marksBefore.pinned);
    });
  });

  test('marks that are not the user’s word hold nothing and roll nothing by themselves', () => {
    fc.assert(
      fc.property(givens, adoptions, ({ facts }, adoption) => {
        const { bringer, pin, templateChanged, marksBefore, marks, operation } = facts;
        fc.pre(bringer !== 'request' || pin?.ofRevision === false);
        fc.pre(!templateChanged && marksBefore.hash !== undefined && operation !== 'create');
        const decision = decisionOn(facts, adoption);
        expect(['undo', 'undo-held', 'undo-no-op', 'template-changed']).not.toContain(decision.reason);
        const asBefore = { ...facts, marks: { ...marksBefore, held: marks.held && marksBefore.held } };
        const decisionAsBefore = decisionOn(asBefore, adoption);
        expect(onTemplate(carried(facts, decision))).toEqual(onTemplate(carried(asBefore, decisionAsBefore)));
      }),
      { numRuns: 3000 },
    );
  });

  test('roll-on: a call that may not roll changes the template only if the request does', () => {
    law(({ facts }, _decision, after) => {
      const { marksBefore: before, marks, templateChanged, mayRoll, stage, idle } = facts;
      if ((mayRoll && !stage) || idle || templateChanged || before.hash === undefined || !counts(facts))
        return;
      if (marks.hash === before.hash || marks.hash === undefined)
        expect(onTemplate(after)).toEqual(onTemplate(before));
      else expect([before.hash, marks.hash]).toContain(after.hash);
    });
  });

  test('every outcome is reached', () => {
    const reached = new Set<string>();
    law((_given, { reason }) => void reached.add(reason), 20_000);
    for (const reason of [
      'undo-held',
      'undo-no-op',
      'undo',
      'held',
      'released',
      'roll-on',
      'rollout-under-way',
      'annotations-restored',
      'hold-restored',
    ])
      expect(reached).toContain(reason);
  });
});
