import { LockstepError } from '../errors.ts';

export const noNamespaceError = (namespace: string): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the API server has no namespace ${namespace}`);

export const noRoomForCopiesError = (name: string): LockstepError =>
  new LockstepError(
    'ANNOTATIONS_FULL',
    `the template of ${name} has no room for the names of its copies: remove annotations from it`,
  );
