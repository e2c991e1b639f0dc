import { endOf, type KeyPair } from './key-pair.ts';
import { leafEnd, type PlanFacts, type Step } from './plan.ts';
import type { CertificateState } from './state.ts';

/** Loaded only if something must be signed: most replicas never sign, and the library takes several MiB. */
const signing = () => import('./x509.ts');

async function newAuthority({ now, lifetimes }: PlanFacts): Promise<KeyPair> {
  const { makeAuthority } = await signing();
  return makeAuthority('lockstep webhook CA', new Date(now + lifetimes.authority), now);
}

async function newLeaf(authority: KeyPair, facts: PlanFacts): Promise<KeyPair> {
  const { issue } = await signing();
  const notAfter = new Date(leafEnd(authority.cert, facts));
  return issue(authority, { names: facts.names, addresses: [], notAfter }, facts.now);
}

/** The state after a step. `Step` says what each step is. */
export async function advance(
  state: CertificateState | undefined,
  step: Exclude<Step, 'rest'>,
  facts: PlanFacts,
): Promise<CertificateState> {
  if (step === 'start' || state === undefined) {
    const authority = await newAuthority(facts);
    return { authority, leaf: await newLeaf(authority, facts) };
  }
  const { next, retired: _, ...present } = state;
  switch (step) {
    case 'renew':
      return { ...state, leaf: await newLeaf(state.authority, facts) };
    case 'introduce':
      return { ...state, next: await newAuthority(facts) };
    case 'confirm':
      return next ? { ...state, next: { ...next, trustedSince: facts.now } } : state;
    case 'promote': {
      if (!next) return state;
      const authority = { cert: next.cert, key: next.key };
      const leaf = await newLeaf(authority, facts);
      return { authority, leaf, retired: { cert: state.authority.cert, until: endOf(state.leaf.cert) } };
    }
    case 'retire':
      return { ...present, ...(next && { next }) };
  }
}
