import type { Sources } from '../cluster/sources.ts';
import type { Workloads } from '../cluster/workloads.ts';
import { type ConfigState, configState, type Formats, formatOf, type HashFormat } from '../digest/format.ts';
import { IGNORE, INCLUDE, ofTemplate, recordedState } from '../marks/marks.ts';
import { firstInDoubt } from '../policy/adoption.ts';
import { copiesNeeded, decide, historyNeeded } from '../policy/decide.ts';
import type { Adoption, Decision, Facts } from '../policy/decision.ts';
import { factsOf } from '../policy/facts.ts';
import { type InjectDefault, injectLabel, isManaged, type SwitchLabel } from '../policy/managed.ts';
import { type Defaults, type Problem, referencesInScope, settingsOf } from '../policy/settings.ts';
import type { Reference } from '../references/references.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { type Deployment, rolloutCompletedAt } from '../workloads/deployment.ts';
import type { OnError } from './admit.ts';
import {
  areRestorable,
  heldState,
  NOT_PINNED,
  type PinDeps,
  type Pinning,
  pinFacts,
  pinningOf,
} from './pinning.ts';

/** What reviewing needs of the world. */
export interface AdmissionDeps {
  readonly sources: Sources;
  readonly workloads: Workloads;
  readonly injectDefault: InjectDefault;
  readonly defaults: Defaults;
  readonly formats: Formats;
  /** Undefined: copies are switched off. */
  readonly pin: PinDeps | undefined;
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  readonly onError: OnError;
}

/** A workload before and after the call; equal on a scale. */
export interface Call {
  readonly operation: Facts['operation'];
  readonly namespace: string;
  readonly workload: Deployment;
  readonly before: Deployment | undefined;
  readonly signal: AbortSignal;
}

/** A source whose own `lockstep.dev/ignore` is neither `true` nor `false`. */
export interface MalformedIgnore {
  readonly id: string;
  readonly value: string;
}

export interface Judgement extends Pinning {
  readonly decision: Decision;
  readonly label: SwitchLabel;
  readonly live: ConfigState | undefined;
  readonly problems: readonly Problem[];
  readonly malformedIgnores: readonly MalformedIgnore[];
}

async function read(deps: AdmissionDeps, call: Call, used: readonly Usage[], format: HashFormat) {
  const readings = await Promise.all(
    used.map(async (usage) => {
      const reading = await deps.sources.digest(call.namespace, usage, format, call.signal);
      return { id: sourceId(usage), ...reading };
    }),
  );
  const digests = readings.flatMap(({ id, digest }) => (digest === undefined ? [] : [[id, digest] as const]));
  const malformed = readings.flatMap(({ id, malformedIgnore: value }) =>
    value === undefined ? [] : [{ id, value }],
  );
  const byId = new Map(digests);
  return { state: configState(byId, format), digests: byId, malformed };
}

/** The namespace's label is read only where it can decide: the webhook's namespaceSelector keeps `disabled` away. */
async function managed(deps: AdmissionDeps, call: Call, label: SwitchLabel): Promise<boolean> {
  const undecided =
    deps.injectDefault === 'disabled' && (label.says === 'nothing' || label.says === 'malformed');
  const labels = undecided ? await deps.workloads.namespaceLabels(call.namespace, call.signal) : {};
  return isManaged(label, injectLabel(labels), deps.injectDefault);
}

/** The references of today's template as the settings before the call would count them. */
function referencesBefore(deps: AdmissionDeps, { workload, before }: Call, now: Reference[]): Reference[] {
  const [old, fresh] = [before?.metadata.annotations, workload.metadata.annotations];
  if (!before || [IGNORE, INCLUDE].every((name) => old?.[name] === fresh?.[name])) return now;
  return referencesInScope(workload.spec.template, settingsOf(old, deps.defaults));
}

async function adoption(
  deps: AdmissionDeps,
  call: Call,
  used: readonly Usage[],
  facts: Facts,
): Promise<Adoption | undefined> {
  const needed = new Set(historyNeeded(facts));
  if (needed.size === 0) return undefined;
  const before = call.before ?? call.workload;
  const [replicaSetCreated, ...histories] = await Promise.all([
    deps.workloads.currentReplicaSetCreated(call.namespace, before, call.signal),
    ...used
      .filter((usage) => needed.has(sourceId(usage)))
      .map(async (usage) => ({
        id: sourceId(usage),
        required: usage.required,
        times: await deps.sources.times(call.namespace, usage, call.signal),
      })),
  ]);
  const doubt = firstInDoubt(histories, { replicaSetCreated, completed: rolloutCompletedAt(before) });
  if (doubt !== undefined)
    return { verdict: 'may-differ', source: replicaSetCreated === undefined ? undefined : doubt };
  return { verdict: 'same', baseline: ofTemplate(facts.live, before.spec.template) };
}

/** Looks for the copies that an undo could be held to, where that decides. */
async function withCopies(deps: AdmissionDeps, call: Call, facts: Facts): Promise<Facts> {
  if (!deps.pin || !facts.pin || !copiesNeeded(facts)) return facts;
  const restorable = await areRestorable(deps.pin, call.namespace, facts.marks, facts.live, call.signal);
  return { ...facts, pin: { ...facts.pin, restorable } };
}

/** Gathers the facts about a workload and decides. Reads only what can decide. */
export async function judge(deps: AdmissionDeps, call: Call): Promise<Judgement> {
  const { workload, before, operation } = call;
  const label = injectLabel(workload.metadata.labels);
  if (!(await managed(deps, call, label))) {
    const decision: Decision = { action: 'leave', reason: 'unmanaged' };
    const nothing = { ...NOT_PINNED, live: undefined, problems: [], malformedIgnores: [] };
    return { decision, label, ...nothing };
  }
  const { current } = deps.formats;
  const settings = settingsOf(workload.metadata.annotations, deps.defaults);
  const refs = referencesInScope(workload.spec.template, settings);
  const refsBefore = referencesBefore(deps, call, refs);
  const pinCall = { workload, before, pinNamespace: deps.pinNamespace };
  const against = deps.pin && heldState(pinCall);
  const recorded = against ?? (before ? recordedState(before) : undefined);
  const found = recorded ? formatOf(recorded, deps.formats) : undefined;
  const format = found && 'format' in found ? found.format : undefined;
  const used = current.usages(refs);
  const [live, asRecorded] = await Promise.all([
    read(deps, call, used, current),
    format && (format !== current || refsBefore !== refs)
      ? read(deps, call, format.usages(refsBefore), format)
      : undefined,
  ]);
  const pinning = deps.pin ? pinningOf(pinCall, used, live) : NOT_PINNED;
  const facts = factsOf({
    operation,
    workload,
    before,
    used,
    usedBefore: refsBefore === refs ? used : current.usages(refsBefore),
    recorded,
    recordedFormat: found?.kind,
    live: live.state,
    liveAsRecorded: asRecorded?.state ?? (format && live.state),
    rollOn: settings.rollOn,
    pin: deps.pin && pinFacts(pinCall, pinning, live.state, against !== undefined),
  });
  const proven = await withCopies(deps, call, facts);
  return {
    decision: decide(proven, await adoption(deps, call, used, proven)),
    label,
    live: live.state,
    ...pinning,
    problems: settings.problems,
    malformedIgnores: live.malformed,
  };
}
