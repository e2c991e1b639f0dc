import { expect, test } from 'vitest';
import { messageOf } from '../../src/errors.ts';
import { complaints } from '../../src/telemetry/complaints.ts';

test('an error is reported when it begins, not while it lasts, and again when it comes back', () => {
  const told: string[] = [];
  const wrong = complaints((error) => told.push(messageOf(error)));
  const round = (...messages: readonly string[]) => {
    for (const message of messages) wrong.add(new Error(message));
    wrong.endRound();
    return told.splice(0);
  };
  expect(round('a', 'a')).toEqual(['a']);
  expect(round('a', 'b')).toEqual(['b']);
  expect(round('b')).toEqual([]);
  expect(round()).toEqual([]);
  expect(round('b', 'a')).toEqual(['b', 'a']);
});
