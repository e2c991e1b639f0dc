import { canonicalJson, isSameJson } from '../digest/canonical.ts';
import type { ConfigState, RecordedFormat } from '../digest/format.ts';
import type { Bringer } from '../marks/bringer.ts';
import { marksOf, NO_MARKS } from '../marks/marks.ts';
import { plainTemplate } from '../marks/same-template.ts';
import { matcherOf, type SourcePattern } from '../references/pattern.ts';
import { sourceId } from '../references/sources.ts';
import { isWithin, type Usage } from '../references/usage.ts';
import { isIdle, type Workload } from '../workloads/workload.ts';
import { isWhollyPinned } from './ceiling.ts';
import type { Rescoping } from './compare.ts';
import type { Facts, PinFacts } from './decision.ts';
import { lacksOf } from './lacks.ts';
import { isOnlyScaled, isOnlyScaledOrPaused } from './only-scaled.ts';
import type { RollOn } from './roll-on.ts';
import { isHeld } from './until-configured.ts';

/** What facts are made of: a managed workload before and after a call, and its configuration. */
export interface Circumstances {
  readonly operation: Facts['operation'];
  readonly workload: Workload;
  /**
   * The workload before the call. On a scale it is the same object as `workload`. On a create it is undefined,
   * unless the workload adopts a revision.
   */
  readonly before: Workload | undefined;
  readonly bringer: Bringer;
  readonly used: readonly Usage[];
  /** What the record covers of the sources: what counted before the call. */
  readonly usedBefore: readonly Usage[];
  /** Patterns of sources. It is not known which keys of them the record covers. */
  readonly unknownKeysOf: readonly SourcePattern[];
  readonly recorded: ConfigState | undefined;
  readonly recordedFormat: RecordedFormat['kind'] | undefined;
  readonly live: ConfigState;
  readonly liveAsRecorded: ConfigState | undefined;
  /** Source id -> keys that pods need and that the source lacks. */
  readonly missingKeys: ReadonlyMap<string, readonly string[]>;
  readonly rollOn: RollOn;
  /** `lockstep.dev/hold-until-configured` counts. */
  readonly holdUntilConfigured?: boolean | undefined;
  readonly pin: PinFacts | undefined;
}

function hasTemplateChanged({ before, workload }: Circumstances): boolean {
  if (!before) return true;
  // Most calls leave the template as it is, which is quickly told.
  if (before === workload || isSameJson(before.template, workload.template)) return false;
  const textOf = (each: Workload) => canonicalJson(plainTemplate(each.template));
  return textOf(before) !== textOf(workload);
}

/** Whether every key that counts now did so before, whatever the source holds. */
function countsLess(now: Usage, before: Usage): boolean {
  const except = new Set(now.except);
  return isWithin(now, before) && before.except.every((pattern) => except.has(pattern));
}

function rescopingOf(circumstances: Circumstances): (usage: Usage) => Rescoping | undefined {
  const { used, usedBefore, unknownKeysOf } = circumstances;
  const before = new Map(usedBefore.map((usage) => [sourceId(usage), usage]));
  const unknown = matcherOf(unknownKeysOf.map(({ kind, name }) => sourceId({ kind, name })));
  return (usage) => {
    if (unknown.matches(sourceId(usage))) return 'unknown';
    const earlier = used === usedBefore ? usage : before.get(sourceId(usage));
    if (!earlier) return 'other';
    if (earlier === usage || canonicalJson(earlier) === canonicalJson(usage)) return undefined;
    return countsLess(usage, earlier) ? 'less' : 'other';
  };
}

function rescopedSources(circumstances: Circumstances): Facts['rescoped'] {
  const rescoping = rescopingOf(circumstances);
  return Object.fromEntries(
    circumstances.used.flatMap((usage) => {
      const how = rescoping(usage);
      return how === undefined ? [] : [[sourceId(usage), how] as const];
    }),
  );
}

/**
 * Whether this call may start a rollout. An update that changes nothing but the number of replicas counts as a scale:
 * it is what `kubectl scale` does, written by another client.
 */
function mayRoll({ operation, before, workload, rollOn }: Circumstances, templateChanged: boolean): boolean {
  const [onUpdate, onScale] = [rollOn.includes('update'), rollOn.includes('scale')];
  // The comparison costs some milliseconds for a large object, so it is made only if it decides.
  if (operation !== 'update' || !before || templateChanged || onUpdate === onScale)
    return rollOn.includes(operation);
  return isOnlyScaled(before, workload) ? onScale : onUpdate;
}

/**
 * Whether the stage of a rollout forbids that this call starts another one. Scaling is not meant as a release: after an
 * abort, it would release what somebody has just turned down. In the middle of a rollout it would make the steps start
 * over, which only pays if pods of one revision would differ otherwise. The pods of a rollout start no other one: if
 * they write their own configuration when they start, there would be no end.
 */
function forbiddingStage({ operation, before, workload, pin }: Circumstances): Facts['stage'] {
  const { template, rollout, strategy } = before ?? workload;
  if (!rollout.stage || rollout.stage === 'settled') return undefined;
  // With OnDelete a user deletes each pod, so no rollout makes any.
  if (operation === 'node') return strategy.type === 'on-delete' ? undefined : 'rollout-under-way';
  const isScaling = operation === 'scale' || (before && isOnlyScaledOrPaused(before, workload));
  if (!isScaling && operation !== 'edit') return undefined;
  if (rollout.stage === 'aborted') return 'rollout-aborted';
  // What the steps look at is outdated already, and nobody else would bring the edit in.
  if (operation === 'edit') return undefined;
  return pin?.asked && isWhollyPinned(template) ? 'rollout-under-way' : undefined;
}

/** The facts about a managed workload that a decision rests on. */
export function factsOf(circumstances: Circumstances): Facts {
  const { operation, workload, before, bringer, used, recorded, recordedFormat } = circumstances;
  const { live, liveAsRecorded, missingKeys, pin } = circumstances;
  const templateChanged = hasTemplateChanged(circumstances);
  return {
    operation,
    templateChanged,
    marks: marksOf(workload),
    marksBefore: before ? marksOf(before) : NO_MARKS,
    bringer,
    recorded,
    recordedFormat,
    live,
    liveAsRecorded,
    rescoped: rescopedSources(circumstances),
    required: used.filter((usage) => usage.required).map(sourceId),
    undoBringsMetadata: workload.kind.undoBringsMetadata,
    idle: isIdle(before ?? workload),
    lacks: lacksOf(used, live.sources, missingKeys),
    untilConfigured: isHeld(workload, circumstances.holdUntilConfigured),
    mayRoll: mayRoll(circumstances, templateChanged),
    stage: templateChanged ? undefined : forbiddingStage(circumstances),
    pin,
  };
}
