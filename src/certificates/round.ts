import { type ClusterClock, isWrong } from '../api/clock.ts';
import { advance } from './advance.ts';
import { startOf } from './key-pair.ts';
import { type Lifetimes, plan, type Step } from './plan.ts';
import type { CertificateObjects, ReadRegistration, ReadSecret } from './ports.ts';
import { bundleOf, type CertificateState, isValidAt, parseState, secretDataOf } from './state.ts';

export interface RoundDeps extends CertificateObjects {
  readonly clock: ClusterClock;
  /** DNS names of the leaf. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  /** Reports an error of the further registration, which ends no round. */
  readonly complain: (error: unknown) => undefined;
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
  /** The Secret holds an authority that is not valid yet, so callers may have stopped to trust the one before. */
  readonly early?: true;
  /** The step that is due, and that this replica does not take because its clock is wrong. */
  readonly untaken?: Step;
}

/** The state that counts. */
interface CountingState extends Pick<Round, 'state' | 'flaw' | 'early'> {
  /** It is this replica's own, and has to be written into the Secret. */
  readonly restore: boolean;
}

/**
 * The state in the Secret. If it is unusable, this replica's own state counts, so that nothing changes for
 * callers. An authority that is not valid yet is unusable: an earlier version with a wrong clock has made it.
 */
function stateIn({ data }: ReadSecret, current: CertificateState | undefined, now: number): CountingState {
  const parsed = parseState(data);
  const inSecret = parsed.kind === 'state' ? parsed.state : undefined;
  const early = inSecret && startOf(inSecret.authority.cert) > now;
  if (inSecret && !early) return { state: inSecret, restore: false };
  const known = current && isValidAt(current, now) ? current : undefined;
  return {
    state: known ?? inSecret,
    restore: known !== undefined,
    ...(parsed.kind === 'invalid' && { flaw: parsed.why }),
    ...(early && { flaw: 'ca.crt is not valid yet', early }),
  };
}

const holdsOnly = ({ caBundles }: ReadRegistration, caBundle: string): boolean =>
  [...caBundles.values()].every((each) => each === caBundle);

const TRUSTED = { outcome: 'written', written: 'trust' } as const;

/**
 * Reads the registration and the Secret, makes sure that the
 * Secret's authorities are trusted, and takes the next step.
 * @param current the state that this replica has read or written last
 * @throws LockstepError what the API client throws, and CERTIFICATE_INVALID if the Secret is missing
 */
export async function certificateRound(
  { secret, registration, further, names, lifetimes, clock, complain }: RoundDeps,
  current: CertificateState | undefined,
  signal: AbortSignal,
): Promise<Round> {
  // Read the registration first. A write to it succeeds only if no other write has
  // come since. The writer before had read a Secret that is no newer than the one
  // read now. So a slow replica cannot put an older caBundle over a newer one.
  const registered = await registration.read(signal);
  const furtherRead = await further?.read(signal).catch(complain);
  const read = await secret.read(signal);
  // The two answers have just told the API server's time.
  const now = clock.now();
  const { state, restore, ...rest } = stateIn(read, current, now);

  // No caller can use an authority that is not valid yet. The one that is trusted now may be valid.
  if (state && !restore && !rest.early && registered) {
    const caBundle = bundleOf(state);
    if (!holdsOnly(registered, caBundle)) {
      const outcome = await registration.trust(registered, caBundle, signal);
      if (outcome !== 'written') return { ...rest, state, outcome: 'overtaken', trusted: false };
      return { ...rest, state, outcome: 'written', written: 'trust', trusted: true };
    }
  }
  if (
    state &&
    !restore &&
    !rest.early &&
    further &&
    furtherRead &&
    !holdsOnly(furtherRead, bundleOf(state))
  ) {
    const outcome = await further.trust(furtherRead, bundleOf(state), signal).catch(complain);
    if (outcome)
      return {
        ...rest,
        state,
        ...(outcome === 'written' ? TRUSTED : { outcome: 'overtaken' }),
        trusted: true,
      };
  }
  const facts = { now, lifetimes, names };
  const step = restore ? 'restore' : plan(state, facts);
  const trusted = state !== undefined && !restore && !rest.early;
  const idle = { ...rest, state, outcome: registered ? 'done' : 'unregistered', trusted } as const;
  if (step === 'rest') return idle;
  // The plan goes by the API server's time, so it is right. But if clocks
  // differ so much, it is not known which of several API servers is right.
  if (step !== 'restore' && isWrong(clock)) {
    const isUsable = state !== undefined && isValidAt(state, now);
    return { ...idle, ...(!isUsable && { outcome: 'overtaken' }), untaken: step };
  }
  const after = step === 'restore' ? current : await advance(state, step, facts);
  if (!after) return idle;
  const outcome = await secret.write(read, secretDataOf(after), signal);
  // If another replica was faster, its state counts and not `after`: the next round reads it.
  if (outcome === 'conflict') return { ...rest, state, outcome: 'overtaken', trusted };
  return { ...rest, state, outcome: 'written', written: step, trusted };
}
