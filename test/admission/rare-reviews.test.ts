import { expect, test } from 'vitest';
import { rareReviews } from '../../src/admission/rare-reviews.ts';

test('a failure is refused where the webhook can refuse, and a rollout is expected of each kind of call', () => {
  const decisions = (webhook: string, mode: 'enforce' | 'observe', onError: 'allow' | 'deny') =>
    new Set(rareReviews(mode, onError).flatMap((each) => (each.webhook === webhook ? [each.decision] : [])));
  expect(decisions('scale', 'enforce', 'allow')).toEqual(new Set(['fail', 'write']));
  expect(decisions('scale', 'enforce', 'deny')).toEqual(new Set(['deny', 'write']));
  expect(decisions('scale', 'observe', 'deny')).toEqual(new Set(['fail', 'write']));
  expect(decisions('ceiling', 'enforce', 'deny')).toEqual(new Set(['fail']));
  expect(new Set(rareReviews('observe', 'allow').map(({ mode }) => mode))).toEqual(new Set(['observe']));
});
