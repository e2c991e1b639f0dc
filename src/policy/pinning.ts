import { type Pin, pinnable, printPinned, type Unpinned } from '../copies/pins.ts';
import { templateDigest } from '../digest/canonical.ts';
import type { ConfigState } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { marksOf, templateWithMarks } from '../marks/marks.ts';
import { printStateOf, recordedHold } from '../marks/records.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import type { PinFacts } from './decision.ts';
import { asksForPin, pinLabel } from './managed.ts';

/** What a workload asks for, and what of it can be done. */
export interface Pinning {
  readonly asked: boolean;
  readonly pins: readonly Pin[];
  readonly unpinned: readonly Unpinned[];
}

export const NOT_PINNED: Pinning = { asked: false, pins: [], unpinned: [] };

/** A workload before and after a call, as far as copies are concerned. */
export interface PinCall {
  readonly workload: Pick<Workload, 'metadata' | 'template' | 'object'>;
  readonly before: Pick<Workload, 'metadata' | 'template' | 'object'> | undefined;
  /** The namespace is labelled `lockstep.dev/pin: enabled`. */
  readonly pinNamespace: boolean;
}

/**
 * What a workload is held against. It ends where a user takes the annotation away; not where a request
 * drops all that lockstep wrote, as a replace does.
 */
export function continuedHold({ workload, before }: Omit<PinCall, 'pinNamespace'>): ConfigState | undefined {
  const against = before && recordedHold(before);
  if (!against || before.object === workload.object) return against;
  const takenAway =
    marksOf(workload).held === undefined &&
    templateDigest(before.template) === templateDigest(workload.template);
  return takenAway ? undefined : against;
}

/** @param digests the live ones, by source id */
export function pinningOf(
  { workload, pinNamespace }: Pick<PinCall, 'workload' | 'pinNamespace'>,
  used: readonly Usage[],
  { state, digests }: { state: ConfigState; digests: ReadonlyMap<string, string> },
): Pinning {
  if (!asksForPin(pinLabel(workload.metadata.labels), pinNamespace)) return NOT_PINNED;
  const { usages, unpinned } = pinnable(workload.template, used, state);
  const pins = usages.map((usage) => ({ usage, digest: digests.get(sourceId(usage)) ?? ABSENT }));
  return { asked: true, pins, unpinned };
}

/** What a decision rests on, but whether copies are there. */
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
    pinnedText: printPinned(pins.map(({ usage }) => usage)),
    newHoldText: printStateOf(live, template),
    continuedHoldText: printStateOf(live, before ? templateWithMarks(template, marksOf(before)) : template),
    held,
    restorable: undefined,
  };
}
