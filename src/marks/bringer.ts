import { parseJson } from '../json.ts';
import { valueAt } from '../workloads/fields.ts';
import {
  entriesWritten,
  isApplied,
  latestEntries,
  type ManagedEntry,
  managedEntries,
  ownsField,
} from '../workloads/managed-fields.ts';
import type { Workload } from '../workloads/workload.ts';
import { marksOf } from './marks.ts';
import { CONFIG_HASH } from './names.ts';

/**
 * Who brought the marks that a request carries.
 * - `request`: the request itself, as an undo does, or nobody: they are as before
 * - `manifest`: a manifest that has lockstep's annotations in it. It is applied again and again
 * - `earlier-turn`: lockstep. It wrote them in an earlier turn of the same admission. If a later webhook changes
 *   the object, the API server calls lockstep again, with the changed object
 */
export type Bringer = 'request' | 'manifest' | 'earlier-turn';

/** The part of a call that says who brought marks. */
export interface Bringing {
  readonly workload: Pick<Workload, 'kind' | 'metadata' | 'template' | 'object'>;
  readonly before: Pick<Workload, 'metadata' | 'template' | 'object'> | undefined;
  /** The field manager that the request names. Undefined: it names none, so the user agent counts. */
  readonly fieldManager?: string | undefined;
}

/** `kubectl apply` keeps the manifest that it has applied here. So do other tools with client-side apply. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LAST_APPLIED_FIELD = ['metadata', 'annotations', LAST_APPLIED];

/** The hash in the manifest that was applied last. */
function appliedHash({ kind, metadata }: Bringing['workload']): unknown {
  const manifest = metadata.annotations?.[LAST_APPLIED];
  // Parsing takes time, and nearly no manifest has a hash.
  if (!manifest?.includes(CONFIG_HASH)) return undefined;
  return valueAt(parseJson(manifest), [...kind.templatePath, 'metadata', 'annotations', CONFIG_HASH]);
}

/**
 * The owners of the hash that have set it in this request. An owner from before counts, too, if it may have set it
 * again within the same second: then its entry is among the latest, and the request names it or nobody.
 */
function hashTakers(
  { workload, before, fieldManager }: Bringing,
  owners: readonly ManagedEntry[],
  hashField: readonly string[],
): readonly ManagedEntry[] {
  const ownersBefore = managedEntries(before?.object).filter((entry) => ownsField(entry, hashField));
  const written = new Set(entriesWritten(owners, ownersBefore));
  const latest = latestEntries(managedEntries(workload.object));
  const isServerSide = latest.some((entry) => isApplied(entry) && entry.manager === fieldManager);
  const mayBeTaker = (entry: ManagedEntry) =>
    latest.includes(entry) &&
    (fieldManager === undefined || (entry.manager === fieldManager && !isServerSide));
  return owners.filter((entry) => written.has(entry) || mayBeTaker(entry));
}

/**
 * Who brought the marks of a request. A mark that its own webhook adds belongs to no field manager, since the
 * API server computes the managers before it calls webhooks.
 *
 * An undo leaves the annotation with the last applied manifest as it is. So a hash in that manifest tells about
 * the request only if the same manager wrote both.
 */
export function bringerOf(bringing: Bringing): Bringer {
  const { workload, before } = bringing;
  const { hash } = marksOf(workload);
  if (hash === undefined || before?.object === workload.object) return 'request';
  const hashField = [...workload.kind.templatePath, 'metadata', 'annotations', CONFIG_HASH];
  const entries = managedEntries(workload.object);
  const owners = entries.filter((entry) => ownsField(entry, hashField));
  if (owners.some(isApplied)) return 'manifest';
  const applied = appliedHash(workload);
  const takers = hashTakers(bringing, owners, hashField);
  if (takers.length > 0) {
    if (applied === undefined || !takers.some((entry) => ownsField(entry, LAST_APPLIED_FIELD)))
      return 'request';
    return applied === hash ? 'manifest' : 'earlier-turn';
  }
  if (applied === hash) return 'manifest';
  // Without entries nobody can tell, and the API server adds none after somebody has emptied them.
  if (entries.length === 0) return 'request';
  return before && marksOf(before).hash === hash ? 'request' : 'earlier-turn';
}

/**
 * Whether the request only removed something, as far as field managers tell: it has set no field to another value, and
 * its own manager has nothing of the template.
 */
export function onlyRemoves({ workload, before, fieldManager }: Bringing): boolean {
  const [now, then] = [managedEntries(workload.object), managedEntries(before?.object)];
  if (now.length === 0 || entriesWritten(now, then).length > 0) return false;
  // Two writes of one manager within a second have the same time.
  return !now.some((entry) => entry.manager === fieldManager && ownsField(entry, workload.kind.templatePath));
}
