import { expect, test } from 'vitest';
import { execEnd } from '../../src/api/exec-end.ts';

const status = (fields: object) => JSON.stringify({ metadata: {}, ...fields });

test('the Status that comes last says how a program ended', () => {
  expect(execEnd(status({ status: 'Success' }))).toEqual({ exitCode: 0 });
  const causes = [{ reason: 'ExitCode', message: '127' }];
  const failed = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: 'exit code 127',
    details: { causes },
  };
  expect(execEnd(status(failed))).toEqual({ exitCode: 127 });
  expect(execEnd(status({ status: 'Failure', reason: 'InternalError', message: 'no cat' }))).toEqual({
    message: 'no cat',
  });
  // A program cannot pass for one that ended well.
  expect(
    execEnd(status({ ...failed, details: { causes: [{ reason: 'ExitCode', message: '-0' }] } })),
  ).toEqual({
    message: 'exit code 127',
  });
});

test.each(['', '{', '[]', '"Success"', 'null'])('%j is no Status', (text) => {
  expect(execEnd(text)).toBeUndefined();
});
