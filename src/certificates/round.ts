import { advance } from './advance.ts';
import { type Lifetimes, plan, type Step } from './plan.ts';
import type { CertificateObjects, ReadSecret } from './ports.ts';
import { bundleOf, type CertificateState, isValidAt, parseState, secretDataOf } from './state.ts';

export interface RoundDeps extends CertificateObjects {
  /** DNS names of the leaf. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
}

/**
 * What a round wrote: a step's state into the Secret, or the caBundles (`trust`).
 * `restore` is this replica's own state, written into an emptied Secret.
 */
export type Written = Exclude<Step, 'rest'> | 'restore' | 'trust';

export interface Round {
  /** What the replicas agree on; undefined if there is nothing yet. */
  readonly state: CertificateState | undefined;
  /**
   * - `done`: there is nothing to do
   * - `unregistered`: there is nothing to do until a webhook is registered, and then at once
   * - `written`: a step was taken, so the next one can follow
   * - `overtaken`: another replica wrote in between, so look again
   */
  readonly outcome: 'done' | 'unregistered' | 'written' | 'overtaken';
  readonly written?: Written;
  /** Whether all callers trust the state: the caBundles hold it, or no webhook is registered. */
  readonly trusted: boolean;
  /** Why the Secret's contents are unusable. */
  readonly flaw?: string;
}

/**
 * The state in the Secret. If it is unusable, this replica's
 * own state counts, so that nothing changes for callers.
 */
function stateIn({ data }: ReadSecret, current: CertificateState | undefined) {
  const parsed = parseState(data);
  if (parsed.kind === 'state') return { state: parsed.state, restore: false };
  const known = current && isValidAt(current, Date.now()) ? current : undefined;
  return {
    state: known,
    restore: known !== undefined,
    ...(parsed.kind === 'invalid' && { flaw: parsed.why }),
  };
}

/**
 * Reads the registration and the Secret, makes sure that the
 * Secret's authorities are trusted, and takes the next step.
 * @param current the state that this replica has read or written last
 * @throws LockstepError what the API client throws, and CERTIFICATE_INVALID if the Secret is missing
 */
export async function certificateRound(
  { secret, registration, names, lifetimes }: RoundDeps,
  current: CertificateState | undefined,
  signal: AbortSignal,
): Promise<Round> {
  // Read the registration first. A write to it succeeds only if no other write has
  // come since. The writer before had read a Secret that is no newer than the one
  // read now. So a slow replica cannot put an older caBundle over a newer one.
  const registered = await registration.read(signal);
  const read = await secret.read(signal);
  const { state, restore, ...rest } = stateIn(read, current);

  if (state && !restore && registered) {
    const caBundle = bundleOf(state);
    if ([...registered.caBundles.values()].some((each) => each !== caBundle)) {
      const outcome = await registration.trust(registered, caBundle, signal);
      if (outcome !== 'written') return { ...rest, state, outcome: 'overtaken', trusted: false };
      return { ...rest, state, outcome: 'written', written: 'trust', trusted: true };
    }
  }
  const facts = { now: Date.now(), lifetimes, names };
  const step = restore ? 'restore' : plan(state, facts);
  const trusted = state !== undefined && !restore;
  const idle = { ...rest, state, outcome: registered ? 'done' : 'unregistered', trusted } as const;
  if (step === 'rest') return idle;
  const after = step === 'restore' ? current : await advance(state, step, facts);
  if (!after) return idle;
  const outcome = await secret.write(read, secretDataOf(after), signal);
  // If another replica was faster, its state counts and not `after`: the next round reads it.
  if (outcome === 'conflict') return { ...rest, state, outcome: 'overtaken', trusted };
  return { ...rest, state, outcome: 'written', written: step, trusted };
}
