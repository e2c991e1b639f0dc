import { expect, test } from 'vitest';
import {
  endlesslyDeletedError,
  lostError,
  notAskedError,
  switchedOffError,
  unusableError,
} from '../../src/copies/errors.ts';

const COPY = { kind: 'secret', name: 'db', shortDigest: '01234567-0123456789abcdef' } as const;
const NAME = 'secret/db-lockstep-01234567-0123456789abcdef';

test('the error for a copy that pods must not read says which, why, and what to do', () => {
  expect(unusableError(COPY, { is: 'mutable' })).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `${NAME} is not the copy that lockstep made: it is not immutable. Delete it`,
  });
});

test('the error for a copy that cannot be checked asks for the key, and not to delete it', () => {
  expect(unusableError(COPY, { is: 'unknown-key' })).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `the key of the digest of ${NAME} is not known. Put the key back, or restart the rollout of the workload`,
  });
});

test('the error for a copy that is deleted again and again says so', () => {
  expect(endlesslyDeletedError(COPY)).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `${NAME} could not be made: something deletes it as soon as it exists`,
  });
});

test('the error for a copy of another content says that only the short digest is the same', () => {
  expect(unusableError(COPY, { is: 'same-short-digest' })).toMatchObject({
    code: 'COPY_UNUSABLE',
    message: `${NAME} is not the copy that lockstep made: it holds another content with the same short digest. Delete it`,
  });
});

test('the errors for a copy that lockstep may not make again say who would have to ask, and how', () => {
  expect(notAskedError(COPY, 'deployment/web')).toMatchObject({
    code: 'COPY_LOST',
    message: `${NAME} is gone, and deployment/web does not ask for copies. Label it lockstep.dev/pin=enabled, or change the workload`,
  });
  expect(switchedOffError(COPY, 'shop')).toMatchObject({
    code: 'COPY_LOST',
    message: `${NAME} is gone, and namespace shop is labelled lockstep.dev/inject=disabled. Remove the label, or change the workload`,
  });
});

test('the error for a missing copy says what its source holds now, and what to do', () => {
  expect(lostError(COPY)).toMatchObject({
    code: 'COPY_LOST',
    message:
      `${NAME} is gone, and secret/db no longer holds the same. ` +
      'To roll the workload: kubectl rollout restart',
  });
});
