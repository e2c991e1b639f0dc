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
  /** The workload before the call. Undefined on a create. On a scale it is `workload` itself. */
  readonly before: Workload | undefined;
  /** The namespace has the label `lockstep.dev/pin: enabled`. */
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
  /** Source id -> full digest. */
  readonly digests: ReadonlyMap<string, string>;
  readonly malformedIgnores: readonly MalformedIgnore[];
}

/** Everything that was read about the configuration of a managed workload. */
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

/** The references in the present template that count under the settings before the call. */
function referencesBefore(deps: InStepDeps, { workload, before }: Call, now: Reference[]): Reference[] {
  const annotationsBefore = before?.metadata.annotations;
  const annotations = workload.metadata.annotations;
  const isSameScope = [IGNORE, INCLUDE].every((name) => annotationsBefore?.[name] === annotations?.[name]);
  if (!before || isSameScope) return now;
  return referencesInScope(workload.template, settingsOf(annotationsBefore, deps.defaults));
}

/** Reads the live configuration of a managed workload, in the current format and in that of its record. */
export async function gather(deps: InStepDeps, call: Call): Promise<Gathered> {
  const { workload, before, operation } = call;
  const { current } = deps.formats;
  const settings = settingsOf(workload.metadata.annotations, deps.defaults);
  const references = referencesInScope(workload.template, settings);
  const earlierReferences = referencesBefore(deps, call, references);
  const hold = deps.copies && continuedHold(call);
  const recorded = hold ?? (before ? recordedState(before) : undefined);
  const recordedFormat = recorded ? formatOf(recorded, deps.formats) : undefined;
  const format = recordedFormat && 'format' in recordedFormat ? recordedFormat.format : undefined;
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
    recordedFormat: recordedFormat?.kind,
    live: live.state,
    liveAsRecorded: asRecorded?.state ?? (format && live.state),
    rollOn: settings.rollOn,
    pin: deps.copies && pinFacts(call, pinning, live.state, hold !== undefined),
  });
  const { problems } = settings;
  return { facts, used, pinning, problems, malformedIgnores: live.malformedIgnores };
}
