import { expect, test } from 'vitest';
import type { Decision } from '../../src/policy/decision.ts';
import { differsMessage, remadePodMessage } from '../../src/policy/node-words.ts';

const leave = (reason: 'roll-on' | 'rollout-under-way', waiting: readonly string[]): Decision => ({
  action: 'leave',
  reason,
  waiting,
});

test('a refused pod says what happens next', () => {
  expect(remadePodMessage('configmap/app changed: all pods of daemonset/agent roll')).toBe(
    'configmap/app changed: all pods of daemonset/agent roll. ' +
      'This pod had the old template, so its controller makes it again at once, with the new one',
  );
});

test('an Event says what differs, why, and what to do', () => {
  expect(differsMessage(leave('roll-on', ['configmap/app']), 'daemonset/agent')).toBe(
    'configmap/app changed. A new pod starts with that, and the other pods do not roll: ' +
      'roll-on does not list "node". To roll all pods: kubectl rollout restart daemonset/agent. ' +
      'To keep pods alike: lockstep.dev/pin: enabled.',
  );
  expect(differsMessage(leave('rollout-under-way', ['configmap/app', 'secret/db']), 'daemonset/agent')).toBe(
    'configmap/app and 1 more changed. A new pod starts with that, and the other pods do not roll: ' +
      'a rollout was under way. The next pod after that rollout brings it into step, and so does the next update.',
  );
  expect(differsMessage(leave('roll-on', []), 'daemonset/agent')).toMatch(/^Its configuration changed\./);
});

test('the message of an Event fits, however long and many the names are', () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => `configmap/${'n'.repeat(250)}${i}`);
  const message = differsMessage(leave('roll-on', ids), `daemonset/${'d'.repeat(253)}`) ?? '';
  // The API server takes 1,024 characters.
  expect(message.length).toBeLessThanOrEqual(1_024);
  expect(message).toMatch(/enabled\.$/);
});

test('a decision without such a pod has no message', () => {
  expect(differsMessage({ action: 'leave', reason: 'in-step' }, 'daemonset/agent')).toBeUndefined();
  expect(differsMessage({ action: 'leave', reason: 'roll-on' }, 'daemonset/agent')).toBeUndefined();
});
