import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const State = Type.Union([Type.Literal('passed'), Type.Literal('failed'), Type.Literal('skipped')]);
const FileRecord = Type.Object({
  /** The path from the root of the run, with slashes. */
  file: Type.String(),
  project: Type.String(),
  state: State,
  durationMs: Type.Number(),
  tests: Type.Array(
    Type.Object({
      /** Includes the names of the suites around it, with ` > ` between them. */
      name: Type.String(),
      state: State,
    }),
  ),
});
const RunRecord = Type.Object({
  files: Type.Array(FileRecord),
  /** Errors of the run that belong to no test. */
  unhandled: Type.Array(Type.String()),
});

/**
 * The result of one test file. It can fail without a failed test: in a hook, or before its tests are known.
 */
export type FileRecord = Static<typeof FileRecord>;
/** The results of a run of Vitest. */
export type RunRecord = Static<typeof RunRecord>;

/** @throws Error if the text is not a record of a run */
export function parseRunRecord(text: string): RunRecord {
  const value: unknown = JSON.parse(text);
  if (Value.Check(RunRecord, value)) return value;
  throw new Error(`not a record of a run: ${text.slice(0, 300)}`);
}
