import type { OnError } from '../policy/on-error.ts';

/** What is known of a call beside its review: what the path says, and how long there is. */
export interface ReviewContext {
  readonly onError: OnError;
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  readonly signal: AbortSignal;
}
