import { describe, expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { RecordReason, WriteReason } from '../../src/policy/decision.ts';
import { summaryOf } from '../../src/policy/summary.ts';

const NAME = 'deployment/web';
const MOVED = ['configmap/app', 'secret/db'];

/** One line for each reason. */
const WRITES: Readonly<Record<WriteReason, string>> = {
  created: 'marked deployment/web: it was created',
  'template-changed': 'marked deployment/web: its template changed',
  drifted: 'rolled deployment/web: configmap/app, secret/db changed',
  'not-recorded': 'rolled deployment/web: its pods may hold different versions of configmap/app, secret/db',
  undo: 'rolled deployment/web to the live configuration: an undo brought back its template only',
  'undo-held': 'held deployment/web at its earlier configuration: an undo brought it back',
  'undo-no-op': 'restored the annotations of deployment/web: an undo changed nothing else',
  'annotations-restored': 'restored the annotations of deployment/web: the request lacked or changed them',
  'hold-restored': 'restored the annotations of deployment/web: it is held on',
  'references-gone': 'removed the annotations of deployment/web: it uses no configuration any more',
  'no-room': 'left deployment/web without annotations for which it has no room',
};
const RECORDS: Readonly<Record<RecordReason, string>> = {
  adopted: 'recorded deployment/web: its pods hold the live configuration',
  'in-doubt':
    'recorded deployment/web without certainty: its pods may hold different versions of configmap/app',
  appeared: 'recorded deployment/web: a source that it waited for appeared',
  rescoped: 'recorded deployment/web: other sources or keys count now, and its pods hold them',
  held: 'recorded deployment/web: it is held on, and other sources or keys count now',
  released: 'ended the hold of deployment/web: the live configuration is what its pods hold',
  'no-room': 'left deployment/web without annotations for which it has no room',
};

/** [reason, line] for each. The types of the tables make sure that no reason is missing. */
function linesOf<Reason extends string>(table: Readonly<Record<Reason, string>>): [Reason, string][] {
  const isReason = (key: string): key is Reason => Object.hasOwn(table, key);
  return Object.keys(table)
    .filter(isReason)
    .map((reason): [Reason, string] => [reason, table[reason]]);
}

describe('the log line of a decision', () => {
  test('is not as long as the names that somebody may send', () => {
    const moved = Array.from({ length: 1_000 }, (_, i) => `configmap/${'c'.repeat(1_000)}${i}`);
    const decision = { action: 'write', reason: 'drifted', marks: NO_MARKS, moved } as const;
    const line = summaryOf(decision, `deployment/${'w'.repeat(1_000_000)}`);
    expect(line.length).toBeLessThan(7_000);
    expect(line).toMatch(/ and 980 more changed$/);
  });

  test.each(linesOf(WRITES))('write %s', (reason, line) => {
    expect(summaryOf({ action: 'write', reason, marks: NO_MARKS, moved: MOVED }, NAME)).toBe(line);
  });

  test.each(linesOf(RECORDS))('record %s', (reason, line) => {
    expect(summaryOf({ action: 'record', reason, marks: NO_MARKS, doubted: 'configmap/app' }, NAME)).toBe(
      line,
    );
  });

  test('for an unknown source', () => {
    const decision = { action: 'write', reason: 'drifted', marks: NO_MARKS, moved: [] } as const;
    expect(summaryOf(decision, NAME)).toBe('rolled deployment/web: its configuration changed');
  });
});
