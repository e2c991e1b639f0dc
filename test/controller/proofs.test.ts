import { expect, test } from 'vitest';
import { noteOther } from '../../src/controller/other-content.ts';
import {
  beginProof,
  claimProof,
  createProofs,
  endProof,
  isFlapping,
  obstacleOf,
  proofOf,
} from '../../src/controller/proofs.ts';
import { S } from './given.ts';

const REST = 60_000;
const newProofs = () => createProofs(REST);
const begun = (proofs: ReturnType<typeof newProofs>, key: string, nowMs: number) => {
  claimProof(proofs, [S], key);
  beginProof(proofs, [S], key, nowMs);
};
const whyFor = (proofs: ReturnType<typeof newProofs>, key: string, nowMs: number) =>
  obstacleOf(proofs, [S], key, nowMs)?.why;

test('one goes first, and the others follow at once when it is complete', () => {
  const proofs = newProofs();
  begun(proofs, 'a', 0);
  expect(whyFor(proofs, 'b', 1)).toBe('unproven');
  endProof(proofs, S, 'a', 'complete', '1');
  expect(whyFor(proofs, 'b', 1)).toBeUndefined();
});

test('if it fails, nobody rolls', () => {
  const proofs = newProofs();
  begun(proofs, 'a', 0);
  endProof(proofs, S, 'a', 'failed', '1');
  expect([whyFor(proofs, 'b', 1e9), whyFor(proofs, 'a', 1e9)]).toEqual(['failed', 'failed']);
});

test('if it takes too long, one more may try, and no third one', () => {
  const proofs = newProofs();
  begun(proofs, 'a', 0);
  endProof(proofs, S, 'a', 'overdue', '1');
  expect(whyFor(proofs, 'b', REST)).toBeUndefined();
  begun(proofs, 'b', REST);
  endProof(proofs, S, 'b', 'overdue', '1');
  expect(whyFor(proofs, 'c', 1e9)).toBe('failed');
});

test('a write that begins nothing changes neither the proof nor the rest', () => {
  const proofs = newProofs();
  begun(proofs, 'a', 0);
  endProof(proofs, S, 'a', 'failed', '1');
  claimProof(proofs, [S], 'a');
  endProof(proofs, S, 'a', 'nothing');
  expect(proofOf(proofs, S)).toMatchObject({ is: 'failed', by: 'a' });
  expect(proofs.states.get(S)).toMatchObject({ rolledMs: 0, restMs: REST });
});

test('a write that begins nothing leaves the rollout before it, and its success proves nothing', () => {
  const proofs = newProofs();
  begun(proofs, 'a', 0);
  claimProof(proofs, [S], 'a');
  endProof(proofs, S, 'a', 'nothing');
  expect(whyFor(proofs, 'b', 1e9)).toBe('unproven');
  endProof(proofs, S, 'a', 'complete', '1');
  expect(proofOf(proofs, S).is).toBe('open');
});

test('a source rests after a rollout, and longer each time that another content follows closely', () => {
  const proofs = newProofs();
  let nowMs = 0;
  const rests = [0, 1, 2, 3, 4, 5, 6].map(() => {
    begun(proofs, 'a', nowMs);
    endProof(proofs, S, 'a', 'complete', '1');
    noteOther(proofs, [S], new Map([[S, '2']]), 'a');
    const { restMs = 0 } = proofs.states.get(S) ?? {};
    expect(whyFor(proofs, 'b', nowMs + restMs - 1)).toBe('resting');
    nowMs += restMs;
    return restMs / REST;
  });
  expect(rests).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(isFlapping(proofs, S)).toBe(true);
  begun(proofs, 'a', nowMs + 61 * REST);
  expect(isFlapping(proofs, S)).toBe(false);
});

test('edits that change nothing do not make the rest longer', () => {
  const proofs = newProofs();
  for (const nowMs of [0, REST, 2 * REST]) {
    begun(proofs, 'a', nowMs);
    endProof(proofs, S, 'a', 'nothing');
  }
  expect(proofs.states.get(S)?.restMs).toBe(REST);
});
