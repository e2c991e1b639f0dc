import { type Pin, pinnable, printPinned, type Unpinned } from '../copies/pins.ts';
import { templateDigest } from '../digest/canonical.ts';
import type { ConfigState } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { type Bringer, type Bringing, onlyRemoves } from '../marks/bringer.ts';
import { marksOf, templateWithMarks } from '../marks/marks.ts';
import { printStateOf, recordedHold } from '../marks/records.ts';
import { matcherOf, type SourcePattern } from '../references/pattern.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import type { PinFacts } from './decision.ts';
import { asksForPin, pinLabel } from './managed.ts';

/** Whether a workload asks for copies, and the sources that can and cannot be pinned. */
export interface Pinning {
  readonly asked: boolean;
  readonly pins: readonly Pin[];
  readonly unpinned: readonly Unpinned[];
}

export const NOT_PINNED: Pinning = { asked: false, pins: [], unpinned: [] };

/** The part of a call that concerns copies. */
export interface PinCall {
  readonly workload: Pick<Workload, 'metadata' | 'template' | 'object'>;
  readonly before: Pick<Workload, 'metadata' | 'template' | 'object'> | undefined;
  /** The namespace has the label `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
}

/**
 * The hold that is on record and continues: the live configuration that the workload does not follow. A user
 * ends a hold by removing the annotation `held`. A request that also drops the marks of the template, as a
 * replace does, does not end it.
 *
 * In a later turn of an admission, lockstep itself may have ended the hold before. If the request changed a field,
 * it was because of that field, and the hold continues if the template is as before again.
 */
export function continuedHold(bringing: Bringing, bringer: Bringer): ConfigState | undefined {
  const { workload, before } = bringing;
  const hold = before && recordedHold(before);
  if (!hold || before.object === workload.object) return hold;
  const isRemoved =
    marksOf(workload).held === undefined &&
    (bringer === 'earlier-turn'
      ? onlyRemoves(bringing)
      : templateDigest(before.template) === templateDigest(workload.template));
  return isRemoved ? undefined : hold;
}

/**
 * @param digests source id -> live digest
 * @param trustBundles ids of sources that stay live, because a program keeps them filled with CAs
 * @param exclude sources that stay live, by the choice of the cluster's owner
 */
export function pinningOf(
  { workload, pinNamespace }: Pick<PinCall, 'workload' | 'pinNamespace'>,
  used: readonly Usage[],
  {
    state,
    digests,
    trustBundles,
  }: {
    state: ConfigState;
    digests: ReadonlyMap<string, string>;
    trustBundles: ReadonlySet<string>;
  },
  exclude: readonly SourcePattern[],
): Pinning {
  if (!asksForPin(pinLabel(workload.metadata.labels), pinNamespace)) return NOT_PINNED;
  const excluded = matcherOf(exclude.map(sourceId));
  const staysLive = (id: string) => trustBundles.has(id) || excluded.matches(id);
  const { usages, unpinned } = pinnable(workload.template, used, state, staysLive);
  const pins = usages.map((usage) => ({ usage, digest: digests.get(sourceId(usage)) ?? ABSENT }));
  return { asked: true, pins, unpinned };
}

/** The facts about copies, except `restorable`, which needs calls to the API server. */
export function pinFacts(
  { workload, before }: Pick<PinCall, 'workload' | 'before'>,
  { asked, pins }: Pick<Pinning, 'asked' | 'pins'>,
  live: ConfigState,
  held: boolean,
): PinFacts | undefined {
  if (!asked && !held) return undefined;
  const { template } = workload;
  return {
    asked,
    pinnedText: printPinned(pins),
    // Few decisions need them, and each digests a template of up to 3 MiB, which takes 60 ms.
    get newHoldText() {
      return printStateOf(live, template);
    },
    get continuedHoldText() {
      return printStateOf(live, before ? templateWithMarks(template, marksOf(before)) : template);
    },
    held,
    ofRevision: undefined,
    restorable: undefined,
  };
}
