import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { failure } from '../../src/assessments/documents.ts';
import { LockstepError } from '../../src/errors.ts';
import { LineFull } from '../../src/server/asking-line.ts';
import { failureFor } from '../../src/server/failure-for.ts';

describe('a question that ends in an error', () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });

  it.each([
    [new LineFull(), 429],
    [new DOMException('late', 'TimeoutError'), 504],
    [new LockstepError('DEADLINE_EXCEEDED', 'late'), 504],
    [new LockstepError('WORKLOAD_TOO_LARGE', 'more than 512 references'), 422],
    [new LockstepError('API_REFUSED', 'refused'), 503],
    [new Error('a value: sesame'), 500],
  ])('%s is answered with %i, in the form of Kubernetes', (error, code) => {
    const found = failureFor(error, log);
    expect(found.code).toBe(code);
    expect(failure(found.code, found.message)).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });

  it('is logged if nobody expected it, and its message is not', () => {
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('sesame');
    expect(failureFor(new Error('a value: sesame'), log).message).not.toContain('sesame');
  });
});
