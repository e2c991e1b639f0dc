import type { FailureCode } from '../assessments/documents.ts';
import { LockstepError, traceOf } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import { LineFull } from './asking-line.ts';

/** The answer to somebody whose question ended in an error. An unexpected one is logged by kind and place only. */
export function failureFor(error: unknown, log: Logger): { code: FailureCode; message: string } {
  if (error instanceof LineFull)
    return { code: 429, message: 'too many people ask lockstep at once: try again' };
  if (error instanceof DOMException || (error instanceof LockstepError && error.code === 'DEADLINE_EXCEEDED'))
    return { code: 504, message: 'lockstep could not tell in time: try again' };
  if (error instanceof LockstepError)
    return { code: error.code === 'WORKLOAD_TOO_LARGE' ? 422 : 503, message: error.message };
  log.error({ err: traceOf(error) }, 'an assessment failed');
  return { code: 500, message: 'an error inside lockstep: see its log' };
}
