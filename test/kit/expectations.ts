import { expect } from 'vitest';
import type { CommandResult } from '../../lab/control-plane/run.ts';

/** The warning that a user reads, word for word. */
export function expectWarning(result: CommandResult, text: string): void {
  expect(result.stderr).toContain(`Warning: lockstep: ${text}`);
}

export function expectSilence(result: CommandResult): void {
  expect(result.stderr).not.toContain('lockstep');
}
