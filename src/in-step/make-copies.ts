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
  /** A source has changed since it was digested, or a copy has gone since it was looked at. */
  | { readonly kind: 'moved' };

const NOTHING: MadeCopies = { kind: 'made', warnings: [] };

/** The workload, once it is there: a create does not say its uid. */
function reservingOwner(before: Workload | undefined): CopyOwner | undefined {
  const { name, uid } = before?.metadata ?? {};
  if (!before || !name || !uid) return undefined;
  return { apiVersion: apiVersionOf(before.kind), kind: before.kind.kind, name, uid };
}

/** Makes sure of one copy that a template is to name, and reserves it. */
async function makeCopy(
  copies: Copies,
  { workload: { namespace }, before, signal }: Call,
  pins: ReadonlyMap<string, Pin>,
  { kind, name, shortDigest: named }: PinnedSource,
): Promise<'there' | 'moved'> {
  if (named === undefined) return 'there';
  const owner = reservingOwner(before);
  const pin = pins.get(sourceId({ kind, name }));
  if (pin && shortDigest(pin.digest) === named) return copies.make(namespace, pin, signal, owner);
  // Named by an undo, which was held to it because it was there.
  const reserved = await copies.reserve(namespace, { kind, name, shortDigest: named }, signal, owner);
  return reserved === 'owned' ? 'there' : 'moved';
}

/**
 * Makes sure of the copies that the template will name after a call that changes it, as far as they are of
 * what is live, and reserves all: a revision of this template is yet to come. Where one cannot be made, the
 * marks are still right: pods ask again.
 * @throws LockstepError why a copy could not be made, where `onError` is `deny`
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
