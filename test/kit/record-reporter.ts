import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import type { FileRecord, RunRecord } from './run-record.ts';

/** The variable that names the file of the record. */
export const RECORD_FILE = 'LOCKSTEP_RUN_RECORD';

const stateOf = (state: string): FileRecord['state'] =>
  // A test that did not end (in a run that was interrupted) has not passed.
  state === 'passed' || state === 'skipped' ? state : 'failed';

function fileRecord(root: string, module: TestModule): FileRecord {
  return {
    file: relative(root, module.moduleId).replaceAll('\\', '/'),
    project: module.project.name,
    state: stateOf(module.state()),
    durationMs: Math.round(module.diagnostic().duration),
    tests: [...module.children.allTests()].map((test) => ({
      name: test.fullName,
      state: stateOf(test.result().state),
    })),
  };
}

/** A reporter of Vitest that writes the results of the run into a file, for `npm test` to read. */
export default class RecordReporter implements Reporter {
  #root = process.cwd();

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message?: string }[]): void {
    const path = process.env[RECORD_FILE];
    if (!path) return;
    const record: RunRecord = {
      files: modules.map((module) => fileRecord(this.#root, module)),
      unhandled: unhandled.map(({ message }) => message ?? 'an error without a message'),
    };
    writeFileSync(path, JSON.stringify(record));
  }
}
