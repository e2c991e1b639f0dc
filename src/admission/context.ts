import type { Mode } from '../policy/mode.ts';
import type { OnError } from '../policy/on-error.ts';

/** What is known about a call besides its review: what the path says, and when time is up. */
export interface ReviewContext {
  readonly onError: OnError;
  /** Whether the namespace has the label `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  /** What the path says. The namespace itself is asked before lockstep writes anything. */
  readonly mode: Mode;
  readonly signal: AbortSignal;
}
