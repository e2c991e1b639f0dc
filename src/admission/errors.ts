import { LockstepError } from '../errors.ts';

export const lateError = (budgetMs: number): LockstepError =>
  new LockstepError(
    'DEADLINE_EXCEEDED',
    `lockstep was busy with other reviews for ${Math.round(budgetMs)} ms: look at its CPU limit and at who calls it`,
  );
