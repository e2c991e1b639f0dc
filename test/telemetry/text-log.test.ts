import { expect, test } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { textDestination, toTextLine } from '../../src/telemetry/text-log.ts';

/** What a log for people prints. */
function logged(fields: object, message: string): string {
  let printed = '';
  const out = {
    write: (text: string) => {
      printed += text;
      return true;
    },
  };
  createLog('info', textDestination(out)).warn(fields, message);
  return printed.replace(/^\S+Z /, 'TIME ');
}

test('a line has the time, the level, the message, and the fields', () => {
  expect(
    logged({ namespace: 'shop', user: 'anna', seconds: 0.5, dryRun: false }, 'rolled deployment/web'),
  ).toBe('TIME WARN  rolled deployment/web namespace=shop user=anna seconds=0.5 dryRun=false\n');
});

test('what has spaces or quotes is quoted', () => {
  expect(logged({ err: 'it said "no"', list: ['a'] }, 'x')).toBe(
    'TIME WARN  x err="it said \\"no\\"" list=["a"]\n',
  );
});

test('nobody’s text makes a line of its own, or moves a cursor', () => {
  const line = logged({ user: 'eve\nTIME ERROR forged' }, 'a\u001b[2Jb\u009bc\nd');
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(line).toContain('a\\u001b[2Jb\\u009bc\\u000ad');
});

test('what is no line of the log is not lost', () => {
  expect(toTextLine('no json\n')).toBe('no json\n');
});
