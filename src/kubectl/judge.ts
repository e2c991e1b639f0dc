import type { AssessmentAnswer } from '../assessments/shape.ts';
import type { PublishedPolicy } from '../config/published.ts';
import { LockstepError } from '../errors.ts';
import { type Assessed, assess } from '../in-step/assess.ts';
import type { Copies, InStepDeps, LiveNamespace } from '../in-step/ports.ts';
import { scopeOf } from '../in-step/scope.ts';
import { PIN_LABEL } from '../marks/names.ts';
import { recordedHold, recordedState } from '../marks/records.ts';
import { type Mode, modeOf } from '../policy/mode.ts';
import type { WorkloadOperation } from '../policy/roll-on.ts';
import { isInScope } from '../policy/scope.ts';
import type { Defaults } from '../policy/settings.ts';
import type { SourceKind } from '../references/sources.ts';
import { type Usage, usages } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import { type FoundSources, sourcesOf } from './found-sources.ts';
import { foundAfter, NOTHING_SUPPOSED, type Suppositions } from './supposed.ts';
import { unknowingFormats } from './unknowing.ts';

/** A workload, judged here, with what a person may see. */
export interface Judged extends Pick<Assessed, 'assessment'> {
  readonly workload: Workload;
  /** Ids of the sources that only lockstep itself can compare, because it has the key. */
  readonly unknown: ReadonlySet<string>;
  /** What lockstep itself says of it. Undefined: it was not asked, or did not answer. */
  readonly answer?: AssessmentAnswer;
  /** lockstep never acts in its namespace. */
  readonly outOfScope: boolean;
  readonly mode: Mode;
}

/** What lockstep cannot judge of a workload, and why: it is beyond a limit, say. */
export interface NotJudged {
  readonly workload: Workload;
  readonly error: LockstepError;
}

/** What the judgement of many workloads rests on. */
export interface Evidence {
  readonly policy: PublishedPolicy;
  readonly found: FoundSources;
  /** Undefined: it cannot be read, so its labels count as none. */
  readonly namespaceOf: (name: string) => LiveNamespace | undefined;
  /** The workload that takes its template from this one. */
  readonly runnerOf: (workload: Workload) => Workload | undefined;
  /** Edits that nobody has made: workloads are judged as after them. Undefined: none. */
  readonly supposed?: Suppositions;
  readonly signal: AbortSignal;
}

/** How a policy has workloads judged, if nobody says more. */
export const defaultsOf = (policy: PublishedPolicy): Defaults => ({
  secrets: policy.secrets,
  include: policy.include,
  ignore: policy.ignore,
  rollOn: policy.rollOn,
  edit: policy.edit,
  holdUntilConfigured: policy.holdUntilConfigured,
  compat: policy.compat,
});

/** The kinds of source that are digested with the key of the installation. */
export const keyedKinds = ({ keyConfigMaps }: PublishedPolicy): readonly SourceKind[] =>
  keyConfigMaps ? ['configmap', 'secret'] : ['secret'];

/** What counts of the sources that a workload refers to. Empty: it is beyond the limits. */
export function usagesOf(policy: PublishedPolicy, workload: Workload): readonly Usage[] {
  try {
    return usages(scopeOf({ defaults: defaultsOf(policy) }, workload).references);
  } catch (error) {
    if (error instanceof LockstepError) return [];
    throw error;
  }
}

function throwReadOnly(): never {
  throw new Error('a judgement writes nothing, and makes no copies');
}

/** Copies count, and nobody looks at them: a judgement of what is there asks for none. */
const COPIES: Copies = {
  look: async () => ({ state: 'missing' }),
  make: throwReadOnly,
  reserve: throwReadOnly,
  own: throwReadOnly,
};

/** What the composer compares with: of a held workload that is what its pods do not follow. */
const comparedRecord = ({ policy }: Evidence, workload: Workload) =>
  (policy.pin.enabled ? recordedHold(workload) : undefined) ?? recordedState(workload);

function depsOf(evidence: Evidence, workload: Workload) {
  const { policy, found, namespaceOf, runnerOf, supposed = NOTHING_SUPPOSED } = evidence;
  const keyed = keyedKinds(policy);
  const { formats, unknown } = unknowingFormats(comparedRecord(evidence, workload), keyed, supposed);
  const deps: InStepDeps = {
    sources: sourcesOf(foundAfter(found, supposed), keyed, policy.compat),
    workloads: {
      read: async () => workload,
      patch: throwReadOnly,
      exists: async () => true,
      // The history of pods takes many reads. Without it, a workload that is not on record is in doubt.
      presentRevision: async () => ({ kind: 'unknown' }),
      orphan: async () => undefined,
      pods: async () => undefined,
      hasRevision: async () => false,
      runner: async (of) => runnerOf(of),
    },
    namespaces: { disabledAreFiltered: false, read: async (name) => namespaceOf(name) },
    copies: policy.pin.enabled ? COPIES : undefined,
    mode: policy.mode,
    injectDefault: policy.injectDefault,
    defaults: defaultsOf(policy),
    inDoubt: policy.inDoubt,
    formats,
    pinExclude: policy.pin.exclude,
  };
  return { deps, unknown };
}

/**
 * Judges a workload as lockstep would.
 * @param operation the call to judge it for: a scale-up, say
 */
export async function judge(
  evidence: Evidence,
  workload: Workload,
  operation: WorkloadOperation = 'scale',
): Promise<Judged | NotJudged> {
  const { policy, signal, namespaceOf } = evidence;
  const { namespace } = workload;
  const labels = namespaceOf(namespace)?.labels;
  const { deps, unknown } = depsOf(evidence, workload);
  const pinNamespace = labels?.[PIN_LABEL] === 'enabled';
  try {
    const call = { operation, workload, before: workload, pinNamespace, signal };
    const { assessment } = await assess(deps, call);
    const outOfScope = !isInScope(policy.scope, namespace);
    return { workload, assessment, unknown, outOfScope, mode: modeOf(labels, policy.mode) };
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return { workload, error };
    throw error;
  }
}

export const isJudged = (each: Judged | NotJudged): each is Judged => 'assessment' in each;
