import type { Sources } from '../cluster/sources.ts';
import type { Workloads } from '../cluster/workloads.ts';
import {
  type ConfigState,
  CURRENT_FORMAT,
  configState,
  formatOf,
  type HashFormat,
} from '../digest/format.ts';
import { firstInDoubt } from '../policy/adoption.ts';
import {
  type Adoption,
  type Decision,
  decide,
  type Facts,
  historyNeeded,
  movedSources,
} from '../policy/decide.ts';
import { factsOf } from '../policy/facts.ts';
import { type InjectDefault, type InjectLabel, injectLabel, isManaged } from '../policy/inject.ts';
import { baselineOf, recordedState } from '../policy/marks.ts';
import { references } from '../references/references.ts';
import { sourceId, type Usage, usages } from '../references/usage.ts';
import { type Deployment, rolloutCompletedAt } from '../workloads/deployment.ts';

/** What reviewing needs of the world. */
export interface AdmissionDeps {
  readonly sources: Sources;
  readonly workloads: Workloads;
  readonly injectDefault: InjectDefault;
  /** Formats understood on record; the first that matches a recorded hash's version is used. */
  readonly formats?: readonly HashFormat[];
}

/** A workload before and after the call; equal on a scale. */
export interface Call {
  readonly operation: Facts['operation'];
  readonly namespace: string;
  readonly workload: Deployment;
  readonly before: Deployment | undefined;
  readonly signal: AbortSignal;
}

export interface Judgement {
  readonly decision: Decision;
  readonly label: InjectLabel;
  readonly live: ConfigState | undefined;
}

async function liveState(deps: AdmissionDeps, call: Call, used: readonly Usage[], format: HashFormat) {
  const digests = await Promise.all(
    used.map(async (usage) => {
      const digest = await deps.sources.digest(call.namespace, usage, format, call.signal);
      return [sourceId(usage), digest] as const;
    }),
  );
  return configState(new Map(digests), format);
}

/** The namespace's label is read only where it can decide: the webhook's namespaceSelector keeps `disabled` away. */
async function managed(deps: AdmissionDeps, call: Call, label: InjectLabel): Promise<boolean> {
  const undecided =
    deps.injectDefault === 'disabled' && (label.says === 'nothing' || label.says === 'malformed');
  const labels = undecided ? await deps.workloads.namespaceLabels(call.namespace, call.signal) : {};
  return isManaged(label, injectLabel(labels), deps.injectDefault);
}

async function liveAsRecorded(
  deps: AdmissionDeps,
  call: Call,
  used: readonly Usage[],
  recorded: ConfigState | undefined,
) {
  const found = recorded ? formatOf(recorded.hash, deps.formats) : undefined;
  if (found?.kind !== 'known' || found.format.version === CURRENT_FORMAT.version) return undefined;
  return (await liveState(deps, call, used, found.format)).hash;
}

async function adoption(
  deps: AdmissionDeps,
  call: Call,
  used: readonly Usage[],
  facts: Facts,
): Promise<Adoption | undefined> {
  const needed = historyNeeded(facts);
  if (needed === 'none') return undefined;
  const before = call.before ?? call.workload;
  const moved = new Set(movedSources(facts.recorded, facts.live));
  const asked = needed === 'all' ? used : used.filter((usage) => moved.has(sourceId(usage)));
  const [replicaSetCreated, ...histories] = await Promise.all([
    deps.workloads.currentReplicaSetCreated(call.namespace, before, call.signal),
    ...asked.map(async (usage) => ({
      id: sourceId(usage),
      required: usage.required,
      times: await deps.sources.times(call.namespace, usage, call.signal),
    })),
  ]);
  const doubt = firstInDoubt(histories, { replicaSetCreated, completed: rolloutCompletedAt(before) });
  if (doubt !== undefined)
    return { verdict: 'may-differ', source: replicaSetCreated === undefined ? undefined : doubt };
  return { verdict: 'same', baseline: baselineOf(facts.live, before.spec.template) };
}

const UNMANAGED: Decision = { action: 'leave', reason: 'unmanaged' };

/** Gathers the facts about a workload and decides. Reads only what can decide. */
export async function judge(deps: AdmissionDeps, call: Call): Promise<Judgement> {
  const { workload, before, operation } = call;
  const label = injectLabel(workload.metadata.labels);
  if (!(await managed(deps, call, label))) return { decision: UNMANAGED, label, live: undefined };
  const used = usages(references(workload.spec.template));
  const recorded = before ? recordedState(before) : undefined;
  const [live, asRecorded] = await Promise.all([
    liveState(deps, call, used, CURRENT_FORMAT),
    liveAsRecorded(deps, call, used, recorded),
  ]);
  const facts = factsOf({ operation, workload, before, used, recorded, live, liveAsRecorded: asRecorded });
  return { decision: decide(facts, await adoption(deps, call, used, facts)), label, live };
}
