import type { Assessment as Judgement } from '../in-step/assessment.ts';
import { assessmentWarnings } from '../in-step/warnings.ts';
import { marksOf } from '../marks/marks.ts';
import type { Mode } from '../policy/mode.ts';
import { apiVersionOf, type Workload, type WorkloadKind } from '../workloads/workload.ts';
import { API_VERSION, type Askable, type AssessmentAnswer } from './shape.ts';

/** What somebody asks about. */
export interface Question {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly operation: Askable;
}

type Fixed = Pick<AssessmentAnswer, 'apiVersion' | 'kind' | 'metadata' | 'operation'>;

const fixedOf = ({ namespace, name, operation }: Question): Fixed => ({
  apiVersion: API_VERSION,
  kind: 'Assessment',
  metadata: { namespace, name },
  operation,
});

const workloadOf = ({ kind }: Question, uid?: string | null): AssessmentAnswer['workload'] => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
  ...(uid && { uid }),
});

function sourceOf({ id, verdict, required, recorded, missingKeys }: Judgement['sources'][number]) {
  const slash = id.indexOf('/');
  return {
    kind: id.slice(0, slash) === 'secret' ? 'Secret' : 'ConfigMap',
    name: id.slice(slash + 1),
    verdict,
    required,
    recorded: recorded !== undefined,
    ...(missingKeys && { missingKeys: [...missingKeys] }),
  } as const;
}

function decisionOf({ decision }: Judgement): AssessmentAnswer['decision'] {
  const { action, reason } = decision;
  const waiting = action === 'record' ? undefined : decision.waiting;
  return {
    action,
    reason,
    changed: action === 'write' ? [...decision.moved] : [],
    ...(waiting && { waiting: [...waiting] }),
  };
}

/**
 * The answer for a workload that was judged. It holds nothing of the judgement's digests, and nothing of a source
 * but its name and the keys that the template itself names.
 */
export function answerOf(
  question: Question,
  workload: Workload,
  judgement: Judgement,
  mode: Mode,
): AssessmentAnswer {
  const { sources, paused, idle, recorded, pinAsked, pinnedIds, unpinned } = judgement;
  return {
    ...fixedOf(question),
    workload: workloadOf(question, workload.metadata.uid),
    mode,
    outOfScope: false,
    decision: decisionOf(judgement),
    recorded: recorded !== undefined,
    paused,
    idle,
    held: marksOf(workload).held !== undefined,
    pin: {
      asked: pinAsked,
      pinned: [...pinnedIds],
      live: Object.fromEntries(unpinned.map(({ id, why }) => [id, why])),
    },
    sources: sources.map(sourceOf),
    warnings: assessmentWarnings(judgement, 'observe'),
  };
}

const NOTHING = {
  recorded: false,
  paused: false,
  idle: false,
  held: false,
  pin: { asked: false, pinned: [], live: {} },
  sources: [],
  warnings: [],
};

/** The answer for a workload in a namespace in which lockstep never acts. It was not looked at. */
export const outOfScopeAnswer = (question: Question, mode: Mode): AssessmentAnswer => ({
  ...fixedOf(question),
  workload: workloadOf(question),
  mode,
  outOfScope: true,
  decision: { action: 'leave', reason: 'out-of-scope', changed: [] },
  ...NOTHING,
});

/** The answer for a workload that takes its template from another object. That one is judged with it. */
export const referringAnswer = (
  question: Question,
  { metadata, paused }: Workload,
  mode: Mode,
): AssessmentAnswer => ({
  ...fixedOf(question),
  workload: workloadOf(question, metadata.uid),
  mode,
  outOfScope: false,
  decision: { action: 'leave', reason: 'template-elsewhere', changed: [] },
  ...NOTHING,
  paused,
});
