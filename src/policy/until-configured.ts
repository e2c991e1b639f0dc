import { HOLD_UNTIL_CONFIGURED } from '../marks/names.ts';
import type { Workload } from '../workloads/workload.ts';
import { lackingSubject } from './lacking-warning.ts';
import type { Lacking } from './lacks.ts';
import type { Problem } from './settings.ts';
import { truncate } from './wording.ts';

type Texts = Readonly<Record<string, string>> | null | undefined;

/**
 * Whether pods with these annotations of their template ask to be made only when what they need exists. Anything but
 * `true` counts as no.
 */
export const asksToBeHeld = (annotations: Texts): boolean => annotations?.[HOLD_UNTIL_CONFIGURED] === 'true';

/** Pods carry what their template says, and nothing of what their workload says. */
const WRONG_PLACES: readonly {
  readonly textsOf: (workload: Pick<Workload, 'metadata' | 'template'>) => Texts;
  readonly why: string;
}[] = [
  {
    textsOf: ({ metadata }) => metadata.annotations,
    why: 'does not reach its pods: annotate the pod template (spec.template.metadata.annotations)',
  },
  {
    textsOf: ({ metadata }) => metadata.labels,
    why: 'is a label on the workload, and an annotation of its pod template is needed',
  },
  {
    textsOf: ({ template }) => template.metadata?.labels,
    why: 'is a label of the pod template, and an annotation is needed',
  },
];

const problem = (part: string, why: string): Problem => ({ annotation: HOLD_UNTIL_CONFIGURED, part, why });

/**
 * What does not count of what a workload says.
 * @param isOn the choice of the cluster's owner. Undefined: nobody knows it here
 */
export function holdProblems(
  workload: Pick<Workload, 'metadata' | 'template'>,
  isOn: boolean | undefined,
): readonly Problem[] {
  const misplaced = WRONG_PLACES.flatMap(({ textsOf, why }) => {
    const text = textsOf(workload)?.[HOLD_UNTIL_CONFIGURED];
    return text === undefined ? [] : [problem(text, why)];
  });
  const text = workload.template.metadata?.annotations?.[HOLD_UNTIL_CONFIGURED];
  if (text === undefined) return misplaced;
  if (text !== 'true' && text !== 'false') return [...misplaced, problem(text, 'is neither true nor false')];
  if (text === 'true' && isOn === false)
    return [...misplaced, problem(text, 'is switched off in this cluster')];
  return misplaced;
}

/** Whether the pods of a workload are refused until what they need exists. */
export const isHeld = ({ template }: Pick<Workload, 'template'>, isOn: boolean | undefined): boolean =>
  isOn === true && asksToBeHeld(template.metadata?.annotations);

/**
 * Why a pod is refused. It stands in the Event `FailedCreate` of its controller, and in the condition `ReplicaFailure`
 * of a Deployment. They cut what is longer than a thousand characters.
 * @param name the workload: `deployment/web`
 */
export function refusedPodMessage(lacking: readonly Lacking[], namespace: string, name: string): string {
  const subject = lackingSubject(lacking, 253);
  const it = subject.endsWith('are') ? 'them' : 'it';
  const missing = `${subject} missing in namespace ${namespace}`;
  const asks = `${truncate(name, 270)} asks to wait for ${it} (${HOLD_UNTIL_CONFIGURED})`;
  return `${missing}, and ${asks}. Create ${it}, or remove that annotation from the pod template`;
}
