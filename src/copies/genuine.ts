import { shortDigest } from '../digest/format.ts';
import { COPY_LABEL, COPY_OF } from '../marks/names.ts';
import { type SourceKind, type SourceRef, sourceId } from '../references/sources.ts';
import { JOB_GROUP, JOB_KIND } from '../workloads/job.ts';
import { REVISION_KINDS, WORKLOAD_KINDS } from '../workloads/kinds.ts';
import { jobCopyName, jobUidIn } from './job-name.ts';
import type { CopyMeta } from './manifest.ts';
import { copyName } from './name.ts';
import { parseNote } from './note.ts';

/** Why an object with the label of copies is none of lockstep's. */
export type Foreign = 'no-note' | 'other-name' | 'other-owner' | 'no-owner';

type Owner = NonNullable<CopyMeta['ownerReferences']>[number];

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

const isJob = ({ apiVersion, kind }: Owner): boolean =>
  groupOf(apiVersion) === JOB_GROUP && kind === JOB_KIND;

/** Whether lockstep gives copies owners of this kind, unless it makes them for a Job. */
function isOwnKind({ apiVersion, kind }: Owner): boolean {
  const group = groupOf(apiVersion);
  if (kind === 'Namespace') return group === '';
  if (REVISION_KINDS.includes(kind)) return group === 'apps';
  return WORKLOAD_KINDS.some((row) => row.kind === kind && row.group === group);
}

/**
 * Why an object with the label of copies is not a copy that lockstep made, or is somebody else's by now.
 * Undefined: it is one. Anybody can set a label, and a clone or a backup of a copy brings it along. So the
 * note, the name and the owners must fit, too.
 *
 * An object without any owner is not judged here: lockstep's copies have one, unless somebody took it away.
 */
export function foreignReason(kind: SourceKind, meta: CopyMeta): Exclude<Foreign, 'no-owner'> | undefined {
  const note = parseNote(meta.annotations?.[COPY_OF]);
  if (!note) return 'no-note';
  const source = note.source.slice(kind.length + 1);
  if (note.source !== sourceId({ kind, name: source })) return 'no-note';
  const owners = meta.ownerReferences ?? [];
  const job = jobUidIn(meta.name);
  if (job !== undefined && jobCopyName(source, job) === meta.name)
    return owners.every((owner) => isJob(owner) && owner.uid === job) ? undefined : 'other-owner';
  if (copyName(source, shortDigest(note.digest)) !== meta.name) return 'other-name';
  return owners.every(isOwnKind) ? undefined : 'other-owner';
}

/** The name of the source that a genuine copy is of. */
export const sourceNameIn = (kind: SourceKind, { annotations }: Pick<CopyMeta, 'annotations'>): string =>
  parseNote(annotations?.[COPY_OF])?.source.slice(kind.length + 1) ?? '';

const WHY_FOREIGN: Readonly<Record<Foreign, string>> = {
  'no-note': `it has no annotation ${COPY_OF} that names its source`,
  'other-name': `its annotation ${COPY_OF} belongs to an object of another name`,
  'other-owner': 'it has an owner that lockstep does not give',
  'no-owner': 'it has no owner, as after a restore, and no template names it',
};

/** For the log: which object lockstep leaves, why, and what to do about it. */
export const foreignText = (object: SourceRef, why: Foreign): string =>
  `left ${sourceId(object)}, which is labelled as a copy: ${WHY_FOREIGN[why]}. ` +
  `If nobody needs it, delete it; else remove its label ${COPY_LABEL}`;
