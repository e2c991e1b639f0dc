import { expect, test } from 'vitest';
import type { FileRecord, RunRecord } from './run-record.ts';
import { filesToRetry, verdictOf } from './second-try.ts';

type State = FileRecord['state'];

/** A file with the tests `t1` and so on, which ended in these states. */
function file(name: string, states: readonly State[], state?: State): FileRecord {
  const tests = states.map((each, i) => ({ name: `t${i + 1}`, state: each }));
  return {
    file: name,
    project: name.startsWith('unit') ? 'unit' : 'chart',
    state: state ?? (states.includes('failed') ? 'failed' : 'passed'),
    durationMs: 1,
    tests,
  };
}

const run = (...files: readonly FileRecord[]): RunRecord => ({ files: [...files], unhandled: [] });

test('a failed file runs once more if its project has a second try', () => {
  const runs = [
    run(file('unit.a', ['failed']), file('chart.a', ['failed'])),
    run(file('chart.b', []), file('chart.c', [], 'failed')),
  ];
  const files = filesToRetry(runs, (project) => project === 'chart');
  expect(files.map((each) => each.file)).toEqual(['chart.a', 'chart.c']);
});

test('each test counts once, by its last result, and a test that passed on the second try is named', () => {
  const first = [run(file('chart.a', ['passed', 'failed', 'skipped'])), run(file('unit.a', ['passed']))];
  const verdict = verdictOf(first, run(file('chart.a', ['passed', 'passed', 'skipped'])));
  expect(verdict).toMatchObject({ passed: true, counts: { passed: 3, failed: 0, skipped: 1 } });
  expect(verdict.lines).toEqual(['passed on the second try: chart.a > t2']);
});

test('a file that failed outside of its tests is one failure, and can pass on the second try', () => {
  const first = [run(file('chart.a', ['passed'], 'failed'))];
  expect(verdictOf(first)).toMatchObject({ passed: false, counts: { passed: 1, failed: 1 } });
  const verdict = verdictOf(first, run(file('chart.a', ['passed', 'passed'])));
  expect(verdict).toMatchObject({ passed: true, counts: { passed: 2, failed: 0 } });
  expect(verdict.lines).toEqual(['passed on the second try: chart.a']);
});

test.each<[string, FileRecord]>([
  ['fails again', file('chart.a', ['passed', 'failed'])],
  ['is skipped then', file('chart.a', ['passed', 'skipped'])],
  ['is not there then', file('chart.a', ['passed'])],
  ['passes, and another fails', file('chart.a', ['failed', 'passed'])],
])('a test that failed and %s fails the run', (_, second) => {
  const verdict = verdictOf([run(file('chart.a', ['passed', 'failed']))], run(second));
  expect(verdict.passed).toBe(false);
  expect(verdict.counts.failed).toBe(1);
  expect(verdict.lines).toEqual([]);
});

test('a file that failed and did not run again stays failed', () => {
  const first = [run(file('unit.a', ['failed']), file('chart.a', ['failed', 'failed']))];
  const verdict = verdictOf(first, run(file('chart.a', ['passed', 'passed'])));
  expect(verdict).toMatchObject({ passed: false, counts: { passed: 2, failed: 1 } });
});

test('an error outside of all files, and a lane that did not finish, fail the run', () => {
  const good = run(file('chart.a', ['passed']));
  const stray = verdictOf([{ ...good, unhandled: ['boom\nat x'] }]);
  expect(stray).toMatchObject({ passed: false, counts: { passed: 1, failed: 1 } });
  expect(stray.lines).toEqual(['an error outside of the tests: boom']);
  expect(verdictOf([good, undefined])).toMatchObject({ passed: false, counts: { passed: 1, failed: 1 } });
  expect(verdictOf([good], { ...good, unhandled: ['boom'] }).passed).toBe(false);
});

test('a run without any test has not passed', () => {
  expect(verdictOf([run()]).passed).toBe(false);
});
