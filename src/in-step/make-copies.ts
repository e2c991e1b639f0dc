import type { CopyOwner } from '../copies/manifest.ts';
import { namedCopies, type Pin, type PinnedSource } from '../copies/pins.ts';
import { templateDigest } from '../digest/canonical.ts';
import { shortDigest } from '../digest/format.ts';
import { LockstepError } from '../errors.ts';
import { marksOf, templateWithMarks } from '../marks/marks.ts';
import { noCopyWarning } from '../policy/copy-warnings.ts';
import type { OnError } from '../policy/on-error.ts';
import { sourceId } from '../references/sources.ts';
import { apiVersionOf, type Workload } from '../workloads/workload.ts';
import type { Assessed } from './assess.ts';
import type { Call } from './gather.ts';
import type { Copies } from './ports.ts';

export type MadeCopies =
  | { readonly kind: 'made'; readonly warnings: readonly string[] }
  /** A source has changed since it was digested, or a copy has disappeared since the last look. */
  | { readonly kind: 'moved' };

const NOTHING: MadeCopies = { kind: 'made', warnings: [] };

/** The workload, if it exists already. On a create it has no uid yet. */
function reservingOwner(before: Workload | undefined): CopyOwner | undefined {
  const { name, uid } = before?.metadata ?? {};
  if (!before || !name || !uid) return undefined;
  return { apiVersion: apiVersionOf(before.kind), kind: before.kind.kind, name, uid };
}

/** Makes one copy that a template will name, unless it exists, and reserves it. */
async function makeCopy(
  copies: Copies,
  { workload: { namespace }, before, signal }: Call,
  pins: ReadonlyMap<string, Pin>,
  { kind, name, shortDigest: namedDigest }: PinnedSource,
): Promise<'there' | 'moved'> {
  if (namedDigest === undefined) return 'there';
  const owner = reservingOwner(before);
  const pin = pins.get(sourceId({ kind, name }));
  if (pin && shortDigest(pin.digest) === namedDigest) return copies.make(namespace, pin, signal, owner);
  // An undo names this copy. The decision holds the undo only because the copy existed.
  const reserved = await copies.reserve(namespace, { kind, name, shortDigest: namedDigest }, signal, owner);
  return reserved === 'owned' ? 'there' : 'moved';
}

/**
 * Makes and reserves the copies that the template will name, if the call changes it. The reservation bridges
 * the time until the template's revision exists. lockstep can only make copies of live sources, so all other
 * copies must exist. If a copy cannot be made, the marks are still right: the review of each pod tries again.
 * @throws LockstepError why a copy could not be made, if `onError` is `deny`
 */
export async function makeCopies(
  copies: Copies,
  call: Call,
  { assessment: { decision, live, name }, pins }: Assessed,
  onError: OnError,
): Promise<MadeCopies> {
  const { workload, before } = call;
  const marks = decision.action === 'leave' ? marksOf(workload) : decision.marks;
  if (!live || marks.pinned === undefined) return NOTHING;
  const after = templateWithMarks(workload.template, marks);
  if (before && templateDigest(before.template) === templateDigest(after)) return NOTHING;
  const pinsById = new Map(pins.map((pin) => [sourceId(pin.usage), pin]));
  const results = await Promise.all(
    namedCopies(marks).map(async (copy) => {
      try {
        return await makeCopy(copies, call, pinsById, copy);
      } catch (error) {
        if (onError === 'deny' || !(error instanceof LockstepError)) throw error;
        return noCopyWarning(name, error.message);
      }
    }),
  );
  if (results.includes('moved')) return { kind: 'moved' };
  return { kind: 'made', warnings: [...new Set(results.filter((result) => result !== 'there'))] };
}
