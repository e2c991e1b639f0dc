import { expect, test } from 'vitest';
import { endlesslyDeletedError, lostError, unusableError } from '../../src/copies/errors.ts';

const COPY = { kind: 'secret', name: 'db', shortDigest: '01234567-0123456789abcdef' } as const;
const NAME = 'secret/db-lockstep-01234567-0123456789abcdef';

test('the error for a copy that pods must not read says which, why, and what to do', () => {
  expect(unusableError(COPY, 'it is not immutable')).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `${NAME} is not the copy that lockstep made: it is not immutable. Delete it`,
  });
});

test('the error for a copy that is deleted again and again says so', () => {
  expect(endlesslyDeletedError(COPY)).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `${NAME} could not be made: something deletes it as soon as it exists`,
  });
});

test('the error for a missing copy says what its source holds now, and what to do', () => {
  expect(lostError(COPY)).toMatchObject({
    code: 'COPY_LOST',
    message:
      `${NAME} is gone, and secret/db holds something else by now. ` +
      'To roll the workload, change it or scale it up',
  });
});
