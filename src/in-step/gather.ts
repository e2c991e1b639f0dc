import { type ConfigState, configState, formatOf, type HashFormat } from '../digest/format.ts';
import { IGNORE, INCLUDE } from '../marks/names.ts';
import { recordedState } from '../marks/records.ts';
import type { Facts } from '../policy/decision.ts';
import { factsOf } from '../policy/facts.ts';
import { continuedHold, NOT_PINNED, type Pinning, pinFacts, pinningOf } from '../policy/pinning.ts';
import type { WorkloadOperation } from '../policy/roll-on.ts';
import { type Problem, referencesInScope, settingsOf } from '../policy/settings.ts';
import type { Reference } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import type { InStepDeps, Sources } from './ports.ts';

/** A workload before and after a call. */
export interface Call {
  readonly operation: WorkloadOperation;
  readonly workload: Workload;
  /** Undefined on a create; `workload` itself on a scale. */
  readonly before: Workload | undefined;
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
  readonly signal: AbortSignal;
}

/** A source whose own `lockstep.dev/ignore` is neither `true` nor `false`. */
export interface MalformedIgnore {
  readonly id: string;
  readonly value: string;
}

/** What the sources of a workload hold now. */
interface LiveConfig {
  readonly state: ConfigState;
  readonly digests: ReadonlyMap<string, string>;
  readonly malformedIgnores: readonly MalformedIgnore[];
}

/** All that was read of a managed workload's configuration. */
export interface Gathered {
  readonly facts: Facts;
  readonly used: readonly Usage[];
  readonly pinning: Pinning;
  readonly problems: readonly Problem[];
  readonly malformedIgnores: readonly MalformedIgnore[];
}

/** Digests what is used of each source, as it is now. */
async function readSources(
  sources: Sources,
  { workload: { namespace }, signal }: Call,
  used: readonly Usage[],
  format: HashFormat,
): Promise<LiveConfig> {
  const readings = await Promise.all(
    used.map(async (usage) => ({
      id: sourceId(usage),
      ...(await sources.digest(namespace, usage, format, signal)),
    })),
  );
  const digests = new Map(
    readings.flatMap(({ id, digest }) => (digest === undefined ? [] : [[id, digest] as const])),
  );
  const malformedIgnores = readings.flatMap(({ id, malformedIgnore: value }) =>
    value === undefined ? [] : [{ id, value }],
  );
  return { state: configState(digests, format), digests, malformedIgnores };
}

/** The references of today's template as the settings before the call would count them. */
function referencesBefore(deps: InStepDeps, { workload, before }: Call, now: Reference[]): Reference[] {
  const [old, fresh] = [before?.metadata.annotations, workload.metadata.annotations];
  if (!before || [IGNORE, INCLUDE].every((name) => old?.[name] === fresh?.[name])) return now;
  return referencesInScope(workload.template, settingsOf(old, deps.defaults));
}

/** Reads the configuration of a managed workload, as it is now and as its record would have it. */
export async function gather(deps: InStepDeps, call: Call): Promise<Gathered> {
  const { workload, before, operation } = call;
  const { current } = deps.formats;
  const settings = settingsOf(workload.metadata.annotations, deps.defaults);
  const references = referencesInScope(workload.template, settings);
  const earlierReferences = referencesBefore(deps, call, references);
  const against = deps.copies && continuedHold(call);
  const recorded = against ?? (before ? recordedState(before) : undefined);
  const found = recorded ? formatOf(recorded, deps.formats) : undefined;
  const format = found && 'format' in found ? found.format : undefined;
  const used = current.usages(references);
  const [live, asRecorded] = await Promise.all([
    readSources(deps.sources, call, used, current),
    format && (format !== current || earlierReferences !== references)
      ? readSources(deps.sources, call, format.usages(earlierReferences), format)
      : undefined,
  ]);
  const pinning = deps.copies ? pinningOf(call, used, live) : NOT_PINNED;
  const facts = factsOf({
    operation,
    workload,
    before,
    used,
    usedBefore: earlierReferences === references ? used : current.usages(earlierReferences),
    recorded,
    recordedFormat: found?.kind,
    live: live.state,
    liveAsRecorded: asRecorded?.state ?? (format && live.state),
    rollOn: settings.rollOn,
    pin: deps.copies && pinFacts(call, pinning, live.state, against !== undefined),
  });
  const { problems } = settings;
  return { facts, used, pinning, problems, malformedIgnores: live.malformedIgnores };
}
