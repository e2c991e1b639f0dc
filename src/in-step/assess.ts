import { type Pin, parsePinned } from '../copies/pins.ts';
import { marksOf } from '../marks/marks.ts';
import { INJECT_LABEL, PIN_LABEL } from '../marks/names.ts';
import { sourceVerdicts } from '../policy/compare.ts';
import { injectSwitch } from '../policy/compat.ts';
import { decide } from '../policy/decide.ts';
import type { Decision, Facts } from '../policy/decision.ts';
import { fittedDecision } from '../policy/fitted.ts';
import { injectLabel, isManaged, pinLabel, type SwitchLabel } from '../policy/managed.ts';
import { holdProblems } from '../policy/until-configured.ts';
import { sourceId } from '../references/sources.ts';
import { isIdle, nameOf } from '../workloads/workload.ts';
import type { AssessedSource, Assessment, Malformed } from './assessment.ts';
import { type Call, type Gathered, gather } from './gather.ts';
import { readNeeded } from './needs.ts';
import { withOrphan } from './orphan.ts';
import type { InStepDeps } from './ports.ts';
import { readRemade } from './remade.ts';
import { withRunner } from './runner.ts';

/** An assessment, and what it takes to carry it out. */
export interface Assessed {
  readonly assessment: Assessment;
  /** What was judged. It also tells what the workload was before, if it is created and adopts a revision. */
  readonly call: Call;
  /** The sources that the workload's pods read copies of from now on. */
  readonly pins: readonly Pin[];
}

/** Whether lockstep manages the workload. Reads its namespace only if that can decide. */
async function readManaged(deps: InStepDeps, { workload, signal }: Call): Promise<boolean> {
  const label = injectSwitch(workload, deps.defaults.compat);
  const isSilent = label.says === 'nothing' || label.says === 'malformed';
  const isOpen = deps.namespaces.disabledAreFiltered
    ? isSilent && deps.injectDefault === 'disabled'
    : label.says !== 'disabled';
  const found = isOpen ? await deps.namespaces.read(workload.namespace, signal) : undefined;
  return isManaged(label, injectLabel(found?.labels), deps.injectDefault);
}

function malformedLabel(name: string, label: SwitchLabel): Malformed[] {
  return label.says === 'malformed' ? [{ on: 'label', label: name, value: label.value }] : [];
}

function malformedOf({ workload }: Call, deps: InStepDeps, gathered?: Gathered): Malformed[] {
  const { labels } = workload.metadata;
  const holds = gathered ? holdProblems(workload, deps.defaults.holdUntilConfigured) : [];
  return [
    ...malformedLabel(INJECT_LABEL, injectLabel(labels)),
    ...(gathered && deps.copies ? malformedLabel(PIN_LABEL, pinLabel(labels)) : []),
    ...[...(gathered?.problems ?? []), ...holds].map(
      (problem) => ({ on: 'annotation', ...problem }) as const,
    ),
    ...(gathered?.malformedIgnores ?? []).map((ignore) => ({ on: 'source', ...ignore }) as const),
  ];
}

/** Decides, and reads what the decision lacks until it lacks nothing. */
async function decideWith(
  deps: InStepDeps,
  call: Call,
  gathered: Gathered,
): Promise<{ decision: Decision; facts: Facts }> {
  let { facts } = gathered;
  for (;;) {
    const decision = decide(facts);
    if (!('needs' in decision)) return { decision, facts };
    facts = await readNeeded(deps, call, gathered.used, facts, decision);
  }
}

function assessedSources(facts: Facts): AssessedSource[] {
  const { live, recorded, lacks } = facts;
  const required = new Set(facts.required);
  return Object.entries(sourceVerdicts(facts)).map(([id, verdict]) => ({
    id,
    verdict,
    required: required.has(id),
    live: live.sources[id] ?? '',
    recorded: recorded?.sources[id],
    ...(lacks[id]?.what === 'keys' && { missingKeys: lacks[id].keys }),
  }));
}

/**
 * Ids of the sources whose copies the pods read after the decision. The decision's own marks tell, because a
 * request may have dropped the marks that the workload keeps.
 */
function pinnedIds({ workload }: Call, decision: Decision): string[] {
  const { pinned } = decision.action === 'leave' ? marksOf(workload) : decision.marks;
  return parsePinned(pinned).map(sourceId);
}

/** The judgement on a workload that lockstep does not manage. */
export function unmanaged(deps: InStepDeps, call: Call): Assessment {
  const { workload, operation } = call;
  return {
    namespace: workload.namespace,
    name: nameOf(workload),
    operation,
    paused: workload.paused,
    strategy: workload.strategy,
    idle: isIdle(workload),
    decision: { action: 'leave', reason: 'unmanaged' },
    live: undefined,
    recorded: undefined,
    sources: [],
    malformed: malformedOf(call, deps),
    pinAsked: false,
    pinnedIds: [],
    unpinned: [],
    remade: [],
    omitted: [],
  };
}

/**
 * Judges a workload against live configuration. It reads only what can decide, and writes nothing.
 * @throws LockstepError what the ports throw
 */
export async function assess(deps: InStepDeps, given: Call): Promise<Assessed> {
  if (!(await readManaged(deps, given))) return { assessment: unmanaged(deps, given), call: given, pins: [] };
  const call = await withOrphan(deps, await withRunner(deps, given));
  const { workload } = call;
  const gathered = await gather(deps, call);
  const { decision: wanted, facts } = await decideWith(deps, call, gathered);
  const { decision, omitted } = fittedDecision(wanted, workload);
  const { asked, pins, unpinned } = gathered.pinning;
  const pinned = pinnedIds(call, decision);
  const remade = await readRemade(deps, call, decision, facts, {
    immutableSince: gathered.immutableSince,
    pinnedIds: pinned,
  });
  const assessment = {
    namespace: workload.namespace,
    name: nameOf(workload),
    operation: given.operation,
    paused: workload.paused,
    strategy: workload.strategy,
    idle: facts.idle || isIdle(workload),
    decision,
    live: facts.live,
    recorded: facts.recorded,
    sources: assessedSources(facts),
    malformed: malformedOf(call, deps, gathered),
    pinAsked: asked,
    pinnedIds: pinned,
    unpinned,
    remade,
    untilConfigured: facts.untilConfigured ?? false,
    omitted,
  };
  return { assessment, call, pins };
}
