import { malformedWarnings } from '../in-step/warnings.ts';
import type { WorkloadState } from '../in-step/workload-state.ts';
import { marksOf } from '../marks/marks.ts';
import type { SourceVerdict } from '../policy/compare.ts';
import { kindOfObject, WORKLOAD_KINDS } from '../workloads/kinds.ts';
import { apiVersionOf, type Workload } from '../workloads/workload.ts';
import { isJudged, type Judged, type NotJudged } from './judge.ts';
import { type Seen, seenOf } from './seen.ts';
import { messageOf, nextScaleUpOf, stateOf } from './standing.ts';

/** How a source compares with the record: the composer's verdict, or that it cannot be told here. */
export type ReportedVerdict = SourceVerdict | 'unknown-here';

/** A source of a workload, in a report. */
export interface ReportedSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly verdict: ReportedVerdict;
  /** No pod starts without it. */
  readonly required: boolean;
}

/** What `kubectl lockstep` says of one workload. Plain data, and no value of any source. */
export interface WorkloadReport {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadStatus';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly workload: { readonly apiVersion: string; readonly kind: string };
  readonly state: WorkloadState;
  /** Why, as one word: `drifted`, `roll-on`, `source-gone`. */
  readonly reason: string;
  /** Why, as a sentence for people. */
  readonly message: string;
  /** The number of pods that it asks for. Absent: the kind has no such number. */
  readonly replicas?: number;
  readonly paused: boolean;
  /** Its pods read copies. */
  readonly pinned: boolean;
  /** The config hash on record. */
  readonly recorded?: string;
  /** The config hash of live configuration. Absent where it cannot be told here. */
  readonly live?: string;
  readonly sources: readonly ReportedSource[];
  /** What the next scale-up would do, as a sentence. */
  readonly nextScaleUp: string;
  /** Labels and annotations that do not count, as sentences. */
  readonly problems: readonly string[];
}

const CHANGED: readonly ReportedVerdict[] = ['moved', 'appeared', 'gone'];

/** Ids of the sources that have certainly changed since they were recorded. */
export const changedOf = ({ sources }: WorkloadReport): string[] =>
  sources.filter(({ verdict }) => CHANGED.includes(verdict)).map(idOf);

export const idOf = ({ kind, name }: Pick<ReportedSource, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`;

/** The ids that a source may have: the composer's own way to write them. */
function toSource(id: string): Pick<ReportedSource, 'kind' | 'name'> {
  const slash = id.indexOf('/');
  return { kind: id.slice(0, slash) === 'secret' ? 'Secret' : 'ConfigMap', name: id.slice(slash + 1) };
}

function sourcesOf({ assessment, unknown, answer }: Judged): ReportedSource[] {
  if (answer)
    return answer.sources.map(({ kind, name, verdict, required }) => ({ kind, name, verdict, required }));
  return assessment.sources.map(({ id, verdict, required }) => ({
    ...toSource(id),
    verdict: unknown.has(id) ? 'unknown-here' : verdict,
    required,
  }));
}

/** Why, as one word. */
function reasonOf({ outOfScope, reason, idle, paused }: Seen): string {
  if (outOfScope) return 'out-of-scope';
  if (reason !== 'drifted') return reason;
  if (idle) return 'no-pods';
  return paused ? 'paused' : reason;
}

function reportOfJudged(judged: Judged): WorkloadReport {
  const { workload, assessment } = judged;
  const seen = seenOf(judged);
  const state = stateOf(seen);
  const { recorded, live, paused } = assessment;
  // A hash over sources that could not be compared here would be a wrong one.
  const isKnown = judged.unknown.size === 0;
  return {
    ...identityOf(workload),
    state,
    reason: reasonOf(seen),
    message: messageOf(seen, state),
    ...(workload.replicas !== undefined && { replicas: workload.replicas }),
    paused,
    pinned: marksOf(workload).pinned !== undefined,
    ...(recorded && { recorded: recorded.hash }),
    ...(live && isKnown && { live: live.hash }),
    sources: sourcesOf(judged),
    nextScaleUp: nextScaleUpOf(seen, state),
    problems: malformedWarnings(assessment),
  };
}

const identityOf = ({ kind, metadata, namespace }: Workload) =>
  ({
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadStatus',
    metadata: { namespace, name: metadata.name ?? '' },
    workload: { apiVersion: apiVersionOf(kind), kind: kind.kind },
  }) as const;

/** The report on a workload. */
export function reportOf(judged: Judged | NotJudged): WorkloadReport {
  if (isJudged(judged)) return reportOfJudged(judged);
  const { workload, error } = judged;
  return {
    ...identityOf(workload),
    state: 'Unknown',
    reason: 'not-checked',
    message: `lockstep does not check it: ${error.message}`,
    paused: workload.paused,
    pinned: false,
    sources: [],
    nextScaleUp: 'lockstep does not check it',
    problems: [],
  };
}

/** `deployment/web`. An object of a custom kind has its group: `rollout.argoproj.io/web`. */
export function subjectOf({ workload, metadata }: Pick<WorkloadReport, 'workload' | 'metadata'>): string {
  const kind = kindOfObject(WORKLOAD_KINDS, workload);
  return `${kind?.singular ?? workload.kind.toLowerCase()}/${metadata.name}`;
}
