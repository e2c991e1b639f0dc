import { expect } from 'vitest';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/** The warning for a call that brings the Deployment `web` into step with an edit of the ConfigMap `app`. */
export const WEB_ROLLS = 'configmap/app changed: all pods of deployment/web roll';

/** The same for the workload `web` of a sandbox's kind, and for other sources. */
export const rolls = ({ subject }: Pick<Sandbox, 'subject'>, changed = 'configmap/app'): string =>
  `${changed} changed: all pods of ${subject} roll`;

/** The warning that a user reads, word for word. */
export function expectWarning(result: CommandResult, text: string): void {
  expect(result.stderr).toContain(`Warning: lockstep: ${text}`);
}

export function expectSilence(result: CommandResult): void {
  expect(result.stderr).not.toContain('lockstep');
}
