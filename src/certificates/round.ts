import type { CertificateSecret, ReadSecret } from '../cluster/certificate-secret.ts';
import type { Registration } from '../cluster/registration.ts';
import { advance } from './advance.ts';
import { type Lifetimes, plan, type Step } from './plan.ts';
import { bundleOf, type CertificateState, isServable, parseState, secretDataOf } from './state.ts';

export interface RoundDeps {
  readonly secret: CertificateSecret;
  readonly registration: Registration;
  /** DNS names of the leaf. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
}

/** What was written: a step's state into the Secret, or the caBundles. `restore`: this replica's state into an emptied Secret. */
export type Written = Exclude<Step, 'rest'> | 'restore' | 'trust';

export interface Round {
  /** What the replicas agree on; undefined where there is nothing yet. */
  readonly state: CertificateState | undefined;
  /**
   * - `settled`: nothing is to be done
   * - `unregistered`: nothing is to be done until there are webhooks to call; then at once
   * - `written`: a step was taken, so that the next one can be
   * - `overtaken`: somebody else wrote in between; look again
   */
  readonly outcome: 'settled' | 'unregistered' | 'written' | 'overtaken';
  readonly written?: Written;
  /** Whether whoever calls trusts the state: the caBundles hold it, or nobody is registered to call. */
  readonly trusted: boolean;
  /** What is wrong with what was found. */
  readonly complaint?: string;
}

/** What the Secret holds; where that cannot be used, what this replica still knows, so that nothing changes for callers. */
function stateIn({ data }: ReadSecret, held: CertificateState | undefined) {
  const parsed = parseState(data);
  if (parsed.kind === 'state') return { state: parsed.state, restore: false };
  const known = held && isServable(held, Date.now()) ? held : undefined;
  return {
    state: known,
    restore: known !== undefined,
    ...(parsed.kind === 'invalid' && { complaint: `the Secret is written anew: ${parsed.why}` }),
  };
}

/**
 * Reads the registration and the Secret, makes sure that what the Secret holds is trusted, and takes the next step.
 * @param held what this replica has read or written last
 * @throws LockstepError what the API client throws, and CERTIFICATE_INVALID where the Secret is not there
 */
export async function certificateRound(
  { secret, registration, names, lifetimes }: RoundDeps,
  held: CertificateState | undefined,
  signal: AbortSignal,
): Promise<Round> {
  // The registration first. A write to it succeeds only if nobody has written it since; whoever wrote it before had read a
  // Secret no newer than the one read now. So no slow replica can put an older caBundle over a newer one.
  const registered = await registration.read(signal);
  const read = await secret.read(signal);
  const { state, restore, ...rest } = stateIn(read, held);

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
  const idle = { ...rest, state, outcome: registered ? 'settled' : 'unregistered', trusted } as const;
  if (step === 'rest') return idle;
  const after = step === 'restore' ? held : await advance(state, step, facts);
  if (!after) return idle;
  const outcome = await secret.write(read, secretDataOf(after), signal);
  // Not `after`: where another replica was faster, its state counts, and the next round reads it.
  if (outcome === 'conflict') return { ...rest, state, outcome: 'overtaken', trusted };
  return { ...rest, state, outcome: 'written', written: step, trusted };
}
