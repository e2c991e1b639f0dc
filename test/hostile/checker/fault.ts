/** What must hold whatever hostile tenants do. */
export const RULES = [
  'Answered',
  'Checked',
  'In step',
  'Own copies',
  'Kept out',
  'Own writes',
  'Hands off',
  'Nothing leaks',
  'Lives',
  'In bounds',
  'Sweeps',
  'Not in the way',
  'No bug',
  'Comes to rest',
] as const;
/**
 * - `Answered`: each call of the bystander succeeds within the deadline
 * - `Checked`: lockstep has checked it
 * - `In step`: its template then has the hash of its own configuration
 * - `Own copies`: its new pods read copies of its own content, or that content live
 * - `Kept out`: lockstep writes nothing into a disabled or excluded namespace
 * - `Own writes`: it changes only its own annotations, and creates only copies that hold what they say
 * - `Hands off`: it deletes and changes no object that a user made
 * - `Nothing leaks`: no value of a Secret comes into a log, an annotation, an event, a warning or an answer
 * - `Lives`: no replica ends
 * - `In bounds`: memory, connections and files of each replica stay bounded
 * - `Sweeps`: an unused copy is collected in time
 * - `Not in the way`: a tenant's call that succeeds without lockstep succeeds with it
 * - `No bug`: lockstep meets no error that it did not expect
 * - `Comes to rest`: after the attacks, every rollout of the bystander ends
 */
export type Rule = (typeof RULES)[number];

export interface Fault {
  readonly rule: Rule;
  readonly message: string;
  /** Where it happened. undefined: it belongs to the case that is played. */
  readonly namespace?: string | undefined;
  /** Faults of one rule and kind are counted together. */
  readonly kind?: string;
}

/** `Kept out (delete secrets)` */
export const kindOf = ({ rule, kind }: Fault): string => (kind === undefined ? rule : `${rule} (${kind})`);
