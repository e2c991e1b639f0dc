import type { Unpinned } from '../copies/pins.ts';
import type { ConfigState } from '../digest/format.ts';
import type { SourceVerdict } from '../policy/compare.ts';
import type { Decision } from '../policy/decision.ts';
import type { Problem } from '../policy/settings.ts';

/** What a workload or one of its sources says that cannot be understood, and so does not count. */
export type Malformed =
  | ({ readonly on: 'annotation' } & Problem)
  | { readonly on: 'label'; readonly label: string; readonly value: string }
  /** A source's own `lockstep.dev/ignore`. */
  | { readonly on: 'source'; readonly id: string; readonly value: string };

/** A source that a workload uses, beside what is on record for it. */
export interface AssessedSource {
  readonly id: string;
  readonly verdict: SourceVerdict;
  /** No pod starts without it. */
  readonly required: boolean;
  /** Short digests; `recorded` is undefined where nothing is on record. */
  readonly live: string;
  readonly recorded: string | undefined;
}

/**
 * What lockstep makes of a workload: the decision, and what it rests on. Plain data, so that it can be
 * printed, sent and compared. It holds no value of a source, and of a Secret no digest that could be
 * searched for its value.
 */
export interface Assessment {
  readonly namespace: string;
  /** `deployment/web` */
  readonly name: string;
  readonly paused: boolean;
  readonly decision: Decision;
  /** Undefined where the workload is not managed: nothing was read. */
  readonly live: ConfigState | undefined;
  /** What its pods hold, or are held against, as far as that is on record. */
  readonly recorded: ConfigState | undefined;
  readonly sources: readonly AssessedSource[];
  readonly malformed: readonly Malformed[];
  /** Its pods are to read copies. */
  readonly pinAsked: boolean;
  /** Ids of the sources whose copies its pods read once the decision is carried out. */
  readonly pinnedIds: readonly string[];
  /** Sources that pods read live all the same, and why. */
  readonly unpinned: readonly Unpinned[];
}
