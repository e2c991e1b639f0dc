import { isDnsLabel, isDnsSubdomain } from '../dns-names.ts';
import { assess } from '../in-step/assess.ts';
import type { InStepDeps } from '../in-step/ports.ts';
import { PIN_LABEL } from '../marks/names.ts';
import { modeOf } from '../policy/mode.ts';
import { isInScope, type NamespaceScope } from '../policy/scope.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { answerOf, outOfScopeAnswer, type Question, referringAnswer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { AssessmentAnswer } from './shape.ts';

/** Asks the API server what somebody may do. */
export interface Access {
  /** Whether the caller may `get` this workload. */
  mayGet(caller: Caller, question: Question, signal: AbortSignal): Promise<boolean>;
}

export interface AskDeps extends InStepDeps {
  readonly kinds: WorkloadKinds;
  readonly scope: NamespaceScope;
  readonly access: Access;
}

/** Why there is no answer. */
export type NoAnswer = 'forbidden' | 'gone';

/**
 * Judges a workload for somebody who asks. It writes nothing and makes no copies. Whoever may not get the workload
 * learns nothing, not even whether it exists.
 * @throws LockstepError what the ports throw, and WORKLOAD_TOO_LARGE
 */
export async function answerTo(
  deps: AskDeps,
  caller: Caller,
  question: Question,
  signal: AbortSignal,
): Promise<AssessmentAnswer | NoAnswer> {
  const { kind, namespace, name, operation } = question;
  // They become parts of paths of the API.
  if (!isDnsLabel(namespace) || !isDnsSubdomain(name)) return 'gone';
  if (!(await deps.access.mayGet(caller, question, signal))) return 'forbidden';
  if (!isInScope(deps.scope, namespace)) return outOfScopeAnswer(question, deps.mode);
  const [workload, found] = await Promise.all([
    deps.workloads.read(kind, namespace, name, signal),
    deps.namespaces.read(namespace, signal),
  ]);
  if (!workload) return 'gone';
  const mode = modeOf(found?.labels, deps.mode);
  if (workload.templateRef) return referringAnswer(question, workload, mode);
  const pinNamespace = found?.labels[PIN_LABEL] === 'enabled';
  const call = { operation, workload, before: workload, pinNamespace, signal };
  // The question does not come through the selectors of the registration.
  const namespaces = { disabledAreFiltered: false, read: async () => found };
  const { assessment } = await assess({ ...deps, namespaces }, call);
  return answerOf(question, workload, assessment, mode);
}
