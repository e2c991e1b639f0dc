import { expect, test } from 'vitest';
import {
  dropProofs,
  failingOf,
  forgetProofs,
  isUnsettled,
  noteOther,
  noteSame,
  openProof,
  reviewProofs,
  UNDONE,
} from '../../src/controller/other-content.ts';
import {
  beginProof,
  claimProof,
  createProofs,
  endProof,
  type ProofEnd,
  proofOf,
} from '../../src/controller/proofs.ts';
import { S } from './given.ts';

function after(end: ProofEnd | 'no end', content = '1') {
  const proofs = createProofs(60_000);
  claimProof(proofs, [S], 'a');
  beginProof(proofs, [S], 'a', 0);
  if (end !== 'no end') endProof(proofs, S, 'a', end, content);
  return proofs;
}
const live = (content: string) => new Map([[S, content]]);
const now = (content: string | undefined, isComplete = true) => ({
  contentOf: () => content,
  isComplete: () => isComplete,
});
const review = (proofs: ReturnType<typeof after>, content: string | undefined, isComplete?: boolean) => {
  reviewProofs(proofs, now(content, isComplete), () => false);
  return proofOf(proofs, S).is;
};

test('an edit opens what was proved, and leaves a failure to a look', () => {
  const given = after('complete');
  openProof(given, S, ['a']);
  expect(proofOf(given, S).is).toBe('open');
  const failed = after('failed');
  openProof(failed, S, ['a']);
  expect(proofOf(failed, S)).toMatchObject({ is: 'failed', outdated: true });
  openProof(failed, S, ['b']);
  expect(proofOf(failed, S).is).toBe('open');
});

test('a rollout with an earlier content proves nothing if it is complete, and stops others if it fails', () => {
  for (const [end, is] of [
    ['complete', 'open'],
    ['failed', 'failed'],
  ] as const) {
    const proofs = after('no end');
    openProof(proofs, S, ['a']);
    endProof(proofs, S, 'a', end, '1');
    expect(proofOf(proofs, S).is).toBe(is);
  }
});

test('a look that shows another content ends a failure, before and after it', () => {
  const failed = after('failed');
  noteOther(failed, [S], live('2'), 'b');
  expect(proofOf(failed, S).is).toBe('failed');
  noteOther(failed, [S], live('2'), 'a');
  expect(proofOf(failed, S).is).toBe('open');
  const early = after('no end');
  noteOther(early, [S], live('2'), 'a');
  endProof(early, S, 'a', 'failed', '1');
  expect(proofOf(early, S).is).toBe('open');
});

test('a look that shows the content that has failed does not: the workload was undone', () => {
  const proofs = after('failed');
  noteOther(proofs, [S], live('1'), 'a');
  expect([...failingOf(proofs)]).toEqual(['a']);
});

test('a content that came back is not another one', () => {
  const proofs = after('no end');
  noteOther(proofs, [S], live('2'), 'a');
  noteSame(proofs, [S], 'a');
  endProof(proofs, S, 'a', 'failed', '1');
  expect(proofOf(proofs, S).is).toBe('failed');
});

test('a workload that comes through after all proves the content with which it failed, or was slow', () => {
  expect(review(after('failed'), '1')).toBe('given');
  expect(review(after('overdue'), '1')).toBe('given');
  expect(review(after('failed'), '1', false)).toBe('failed');
  const edited = after('failed');
  openProof(edited, S, ['a']);
  expect(review(edited, '1')).toBe('open');
});

test('one that was undone or scaled to 0 proves nothing, and one with another content lifts the failure', () => {
  expect(review(after('failed'), UNDONE)).toBe('failed');
  expect(review(after('failed'), undefined)).toBe('failed');
  expect(review(after('failed'), '2', false)).toBe('open');
});

test('if the workload goes, a failure stays, and a rollout has proved nothing', () => {
  const failed = after('failed');
  dropProofs(failed, 'a');
  expect([proofOf(failed, S).is, isUnsettled(failed)]).toEqual(['failed', true]);
  const begun = after('no end');
  dropProofs(begun, 'a');
  expect([proofOf(begun, S).is, isUnsettled(begun)]).toEqual(['open', false]);
});

test('what was proved is known for as long as somebody waits for it', () => {
  const proofs = after('complete');
  forgetProofs(proofs, () => new Set([S]), 1e9);
  expect(proofs.states.size).toBe(1);
  forgetProofs(proofs, () => new Set(), 1e9);
  expect(proofs.states.size).toBe(0);
});

test('a failure is known until the workload has gone and nobody waits', () => {
  const proofs = after('failed');
  forgetProofs(proofs, () => new Set(), 1e9);
  expect(proofs.states.size).toBe(1);
  dropProofs(proofs, 'a');
  forgetProofs(proofs, () => new Set([S]), 1e9);
  expect(proofs.states.size).toBe(1);
  forgetProofs(proofs, () => new Set(), 1e9);
  expect(proofs.states.size).toBe(0);
});
