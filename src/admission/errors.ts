import { LockstepError } from '../errors.ts';

export const lateError = (budgetMs: number): LockstepError =>
  new LockstepError(
    'DEADLINE_EXCEEDED',
    `lockstep was busy with other reviews for ${Math.round(budgetMs)} ms: look at its CPU limit and at who calls it`,
  );

/** The object in a review does not fit the kind that the review names. Its values are not quoted. */
export const misfitError = (kind: string, pointer: string): LockstepError =>
  new LockstepError('API_UNEXPECTED', `the review has a ${kind} whose field ${pointer} is not as expected`);
