import type { SourcePattern } from '../references/pattern.ts';
import type { SourceKind } from '../references/sources.ts';
import type { Problem } from './settings.ts';

/** What the annotations of one peer ask for, in lockstep's words. */
export interface Wish {
  /** Whether they ask for rollouts of this workload, or forbid them. */
  readonly inject: 'enabled' | 'disabled' | 'nothing';
  /** As in `Settings`. */
  readonly only: readonly SourcePattern[] | undefined;
  /** The kinds of which a source that `only` does not name counts if it is marked. */
  readonly ifMarked: readonly SourceKind[];
  /** Sources that count although the template does not refer to them. */
  readonly extra: readonly SourcePattern[];
  readonly ignore: readonly SourcePattern[];
  /** What cannot be followed. */
  readonly problems: readonly Problem[];
}

export const NO_WISH: Wish = {
  inject: 'nothing',
  only: undefined,
  ifMarked: [],
  extra: [],
  ignore: [],
  problems: [],
};

/** What of the cluster's settings matters to a wish. */
export interface WishScope {
  /** Secrets count as sources. */
  readonly secrets: boolean;
  /** Workloads may name further sources. */
  readonly include: boolean;
}

export const SECRETS_OFF = 'is about Secrets, and Secrets are switched off in this cluster';

/** The whole source. */
export const wholeSource = (kind: SourceKind, name: string): SourcePattern => ({
  kind,
  name,
  key: undefined,
});

/** The parts of a list with commas between them. */
export const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
