import type { PublishedPolicy } from '../../config/published.ts';
import { LockstepError } from '../../errors.ts';
import { marksOf, sameCopies } from '../../marks/marks.ts';
import { workloadSettings } from '../../policy/compat.ts';
import type { WorkloadOperation } from '../../policy/roll-on.ts';
import { isIdle, type Workload, type WorkloadKind } from '../../workloads/workload.ts';
import { defaultsOf, type Evidence, isJudged, type Judged, judge, type NotJudged } from '../judge.ts';
import type { Suppositions } from '../supposed.ts';

/** On which occasion lockstep would roll a workload. */
export type Occasion = Exclude<WorkloadOperation, 'create'>;

/** A workload as it is judged now, and after an edit. */
export interface Foretold {
  readonly workload: Workload;
  /** The workload whose pods they are: another one may take its template. */
  readonly runner: Workload;
  /** As things are now: for the first occasion that would roll it, or else for the last. */
  readonly now: Judged | NotJudged;
  /** After the edit, for each occasion on which lockstep looks at it. */
  readonly after: readonly (readonly [Occasion, Judged | NotJudged])[];
}

/** The occasions on which lockstep looks at a workload of this kind, the earliest first. */
export const occasionsOf = ({ scale }: WorkloadKind, edit: boolean): readonly Occasion[] => [
  ...(edit ? (['edit'] as const) : []),
  'update',
  scale ? 'scale' : 'node',
];

/** Whether edits themselves roll the workload. One beyond the limits is not looked at. */
function asksForEdit(policy: PublishedPolicy, workload: Workload): boolean {
  try {
    return policy.edit && workloadSettings(workload, defaultsOf(policy)).rollOn.includes('edit');
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return false;
    throw error;
  }
}

/** Whether a decision makes a new template, of which the workload's controller makes new pods. */
export function changesTemplate({ assessment, workload }: Judged): boolean {
  const { decision } = assessment;
  if (decision.action !== 'write') return false;
  const before = marksOf(workload);
  return decision.marks.hash !== before.hash || !sameCopies(decision.marks, before);
}

/** The occasions on which lockstep would write a new template after the edit. */
export const rollsOn = ({ after }: Foretold): readonly Occasion[] =>
  after.flatMap(([occasion, judged]) => (isJudged(judged) && changesTemplate(judged) ? [occasion] : []));

/**
 * Judges a workload as lockstep would after these edits. It asks the composer, for each occasion, over evidence in
 * which the edits are made.
 */
export async function foretell(
  evidence: Evidence,
  supposed: Suppositions,
  workload: Workload,
): Promise<Foretold> {
  // The controller looks only at workloads that ask for it.
  const occasions = occasionsOf(workload.kind, asksForEdit(evidence.policy, workload));
  const present: (Judged | NotJudged)[] = [];
  for (const occasion of occasions) present.push(await judge(evidence, workload, occasion));
  const now = present.find((each) => isJudged(each) && changesTemplate(each)) ?? present.at(-1);
  if (!now) throw new Error('there is an occasion for every kind');
  const after: [Occasion, Judged | NotJudged][] = [];
  for (const occasion of occasions)
    after.push([occasion, await judge({ ...evidence, supposed }, workload, occasion)]);
  const runner = isIdle(workload) ? (evidence.runnerOf(workload) ?? workload) : workload;
  return { workload, runner, now, after };
}
