import type { Copies } from '../cluster/copies.ts';
import type { Events } from '../cluster/events.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import { asksForPin, pinnable, pinnedSources, printPinned, type Unpinned } from '../copies/pins.ts';
import { templateDigest } from '../digest/canonical.ts';
import { type ConfigState, shortDigest } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { LockstepError } from '../errors.ts';
import { heldAgainst, type Marks, marksOf, ofTemplate, withMarks } from '../marks/marks.ts';
import type { Decision, PinFacts } from '../policy/decision.ts';
import { pinLabel, type SwitchLabel } from '../policy/managed.ts';
import { noCopy } from '../policy/warnings.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { type Deployment, displayName } from '../workloads/deployment.ts';
import type { OnError } from './admit.ts';

/** What making and reading copies needs of the world. */
export interface PinDeps {
  readonly copies: Copies;
  readonly events: Events;
}

/** A source that pods read a copy of: what is used of it, and its full digest. */
export interface Pinned {
  readonly usage: Usage;
  readonly digest: string;
}

/** What a workload asks for, and what of it can be done. */
export interface Pinning {
  readonly pinLabel: SwitchLabel;
  readonly asked: boolean;
  readonly pinned: readonly Pinned[];
  readonly unpinned: readonly Unpinned[];
}

export const NOT_PINNED: Pinning = {
  pinLabel: { says: 'nothing' },
  asked: false,
  pinned: [],
  unpinned: [],
};

/** A workload before and after a call, as far as copies are concerned. */
export interface PinCall {
  readonly workload: Deployment;
  readonly before: Deployment | undefined;
  readonly pinNamespace: boolean;
}

/**
 * What a workload is held against. It ends where a user takes the annotation away; not where a request drops all that
 * lockstep wrote, as a replace does.
 */
export function heldState({ workload, before }: PinCall): ConfigState | undefined {
  const against = before && heldAgainst(before);
  if (!against || before === workload) return against;
  const takenAway =
    marksOf(workload).held === undefined &&
    templateDigest(before.spec.template) === templateDigest(workload.spec.template);
  return takenAway ? undefined : against;
}

/** @param digests the live ones, by source id */
export function pinningOf(
  { workload, pinNamespace }: PinCall,
  used: readonly Usage[],
  { state, digests }: { state: ConfigState; digests: ReadonlyMap<string, string> },
): Pinning {
  const label = pinLabel(workload.metadata.labels);
  if (!asksForPin(label, pinNamespace)) return { ...NOT_PINNED, pinLabel: label };
  const { usages, unpinned } = pinnable(workload.spec.template, used, state);
  const pinned = usages.map((usage) => ({ usage, digest: digests.get(sourceId(usage)) ?? ABSENT }));
  return { pinLabel: label, asked: true, pinned, unpinned };
}

/** What a decision rests on, but whether copies are there. */
export function pinFacts(
  { workload, before }: PinCall,
  { asked, pinned }: Pick<Pinning, 'asked' | 'pinned'>,
  live: ConfigState,
  held: boolean,
): PinFacts | undefined {
  if (!asked && !held) return undefined;
  const withMarksBefore = before ? withMarks(workload, marksOf(before)) : workload;
  return {
    asked,
    pinned: printPinned(pinned.map(({ usage }) => usage)),
    heldNow: ofTemplate(live, workload.spec.template),
    heldOn: ofTemplate(live, withMarksBefore.spec.template),
    held,
    restorable: false,
  };
}

/** The copies that marks name: what they say of each source, but those that say it was absent. */
const namedBy = (marks: Marks) => pinnedSources(marks).filter(({ short }) => short !== ABSENT);

/** Are all the copies there that marks name, or can they be made of what is live? */
export async function areRestorable(
  { copies }: PinDeps,
  namespace: string,
  marks: Marks,
  live: ConfigState,
  signal: AbortSignal,
): Promise<boolean> {
  const looks = await Promise.all(
    namedBy(marks).map(async ({ kind, name, short }) => {
      if (short === undefined) return false;
      if (live.sources[sourceId({ kind, name })] === short) return true;
      return (await copies.look(namespace, { kind, name, short }, signal)).state === 'good';
    }),
  );
  return looks.every(Boolean);
}

export type Made =
  | { readonly kind: 'made'; readonly warnings: readonly string[] }
  /** A source has changed since it was digested, or a copy has gone since it was looked at. */
  | { readonly kind: 'moved' };

export interface MakeCall extends Pick<PinCall, 'workload' | 'before'> {
  readonly namespace: string;
  readonly onError: OnError;
  readonly signal: AbortSignal;
}

/** The Deployment, once it is there: a create does not say its uid. */
function reservingFor({ before }: Pick<PinCall, 'before'>): CopyOwner | undefined {
  const { name, uid } = before?.metadata ?? {};
  return name && uid ? { kind: 'Deployment', name, uid } : undefined;
}

/**
 * Makes sure of the copies that the template will name after a call that changes it, as far as they are of what is live, and
 * reserves all: a ReplicaSet of this template is yet to come. Where one cannot be made, the marks are still right:
 * pods ask again.
 * @throws LockstepError why a copy could not be made, where `onError` is `deny`
 */
export async function makeCopies(
  { copies }: PinDeps,
  {
    decision,
    live,
    pinned,
  }: { decision: Decision; live: ConfigState | undefined; pinned: readonly Pinned[] },
  call: MakeCall,
): Promise<Made> {
  const { workload, before, namespace, onError, signal } = call;
  const marks = decision.action === 'leave' ? marksOf(workload) : decision.marks;
  if (!live || marks.pinned === undefined) return { kind: 'made', warnings: [] };
  const after = withMarks(workload, marks).spec.template;
  if (before && templateDigest(before.spec.template) === templateDigest(after))
    return { kind: 'made', warnings: [] };
  const digests = new Map(pinned.map((each) => [sourceId(each.usage), each]));
  const owner = reservingFor(call);
  const results = await Promise.all(
    namedBy(marks).map(async ({ kind, name, short }) => {
      if (short === undefined) return 'there';
      const source = digests.get(sourceId({ kind, name }));
      try {
        if (source && shortDigest(source.digest) === short)
          return await copies.make(namespace, source, signal, owner);
        // Named by an undo, which was held to it because it was there.
        const reserved = await copies.reserve(namespace, { kind, name, short }, signal, owner);
        return reserved === 'owned' ? 'there' : 'moved';
      } catch (error) {
        if (onError === 'deny' || !(error instanceof LockstepError)) throw error;
        return noCopy(displayName('deployment', workload.metadata), error.message);
      }
    }),
  );
  if (results.includes('moved')) return { kind: 'moved' };
  return { kind: 'made', warnings: [...new Set(results.filter((result) => result !== 'there'))] };
}
