import { LockstepError } from '../errors.ts';

export const noNamespaceError = (namespace: string): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the API server has no namespace ${namespace}`);
