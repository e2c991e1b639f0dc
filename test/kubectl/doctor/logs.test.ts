import { expect, test } from 'vitest';
import { cleanLines, troubledIn } from '../../../src/kubectl/doctor/logs.ts';

test('the last ten lines are left, and nothing that controls a terminal', () => {
  const many = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n');
  expect(cleanLines(`${many}\n`)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${i + 20}`));
  expect(cleanLines('\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007a\u202eb\u0000\tc')).toEqual([
    'red',
    'a?b?    c',
  ]);
  expect(cleanLines('x'.repeat(1000))[0]).toHaveLength(301);
});

const pod = (ready: string, ...containerStatuses: object[]) => ({
  metadata: { name: 'web-1' },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    containerStatuses: containerStatuses.map((each) => ({ name: 'web', ready: false, ...each })),
  },
});
const terminated = { exitCode: 1 };

test.each([
  ['crashed, and is not started again yet', { state: { terminated } }, false],
  ['crashes', { state: { waiting: {} }, lastState: { terminated } }, true],
  ['runs again', { state: { running: {} }, lastState: { terminated } }, true],
  ['runs, and is not ready', { state: { running: {} } }, false],
])('a container that %s is asked for the log of the right instance', (_, state, previous) => {
  expect(troubledIn([pod('False', state)])).toEqual([{ pod: 'web-1', container: 'web', previous }]);
});

test('others are not asked', () => {
  expect(troubledIn([pod('True', { state: { running: {} }, lastState: { terminated } })])).toEqual([]);
  expect(troubledIn([pod('False', { state: { terminated: { exitCode: 0 } } })])).toEqual([]);
  expect(troubledIn([pod('False', { state: { waiting: { reason: 'ContainerCreating' } } })])).toEqual([]);
});
