import type { FileRecord, RunRecord } from './run-record.ts';

/** The result of a whole `npm test`. */
export interface Verdict {
  readonly passed: boolean;
  /** Each test counts once, by its last result. A file that failed without a failed test counts as one. */
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number };
  /** The last lines of the output. */
  readonly lines: readonly string[];
  /** The last result of each file. */
  readonly files: readonly FileRecord[];
}

const hasFailed = ({ state }: { readonly state: FileRecord['state'] }): boolean => state === 'failed';

/** The files to run once more. */
export const filesToRetry = (
  runs: readonly RunRecord[],
  hasSecondTry: (project: string) => boolean,
): readonly FileRecord[] =>
  runs.flatMap(({ files }) => files.filter((file) => hasFailed(file) && hasSecondTry(file.project)));

/** Whether each test that had failed has passed now. A test that was skipped or missing has not. */
const isMended = (first: FileRecord, second: FileRecord): boolean =>
  second.state === 'passed' &&
  first.tests
    .filter(hasFailed)
    .every(({ name }) => second.tests.some((test) => test.name === name && test.state === 'passed'));

/** `FILE > TEST` for each test that had failed. `FILE` if the file had failed without a failed test. */
function mendedLines({ file, tests }: FileRecord): readonly string[] {
  const failed = tests.filter(hasFailed).map(({ name }) => `${file} > ${name}`);
  return (failed.length > 0 ? failed : [file]).map((what) => `passed on the second try: ${what}`);
}

/** A file that still fails keeps a failed state, whatever its second run reports. */
const lastOf = (first: FileRecord, second: FileRecord): FileRecord =>
  isMended(first, second) ? second : { ...second, state: 'failed' };

function countsOf(files: readonly FileRecord[]): Verdict['counts'] {
  const tests = files.flatMap((each) => each.tests);
  const count = (state: FileRecord['state']) => tests.filter((test) => test.state === state).length;
  const broken = files.filter((file) => hasFailed(file) && !file.tests.some(hasFailed)).length;
  return { passed: count('passed'), failed: count('failed') + broken, skipped: count('skipped') };
}

/**
 * The verdict over the first runs and the second try of the files that had failed, if there was one.
 * @param runs the results of each lane. undefined if it ended without writing them
 * @param second the results of the second try
 */
export function verdictOf(runs: readonly (RunRecord | undefined)[], second?: RunRecord): Verdict {
  const records = runs.filter((run) => run !== undefined);
  const retried = new Map(second?.files.map((file) => [file.file, file]));
  const first = records.flatMap(({ files }) => files);
  const last = first.map((file) => {
    const again = hasFailed(file) ? retried.get(file.file) : undefined;
    return again ? lastOf(file, again) : file;
  });
  const mended = first.filter((file, i) => hasFailed(file) && last[i] && !hasFailed(last[i]));
  const unhandled = [...records, ...(second ? [second] : [])].flatMap((run) => run.unhandled);
  const lost = runs.length - records.length;
  const counts = countsOf(last);
  // Errors that belong to no test, and lanes that did not finish, count as failures.
  const failed = counts.failed + unhandled.length + lost;
  return {
    passed: failed === 0 && counts.passed > 0,
    counts: { ...counts, failed },
    lines: [
      ...unhandled.map((message) => `an error outside of the tests: ${message.split('\n', 1)[0]}`),
      ...mended.flatMap(mendedLines),
    ],
    files: last,
  };
}
