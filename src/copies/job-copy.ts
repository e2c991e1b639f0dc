import { type Formats, shortDigest } from '../digest/format.ts';
import { ABSENT, type SourceContent } from '../digest/source.ts';
import { COPY_LABEL } from '../marks/names.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import { JOB_API_VERSION, JOB_KIND } from '../workloads/job.ts';
import type { Flaw } from './flaw.ts';
import { type CopyObject, inspectCopy } from './inspect.ts';
import { jobCopyName } from './job-name.ts';
import { copyManifest } from './manifest.ts';
import type { CopyNote } from './note.ts';

/** A Job, as the owner of the copies that its pods read. */
export interface JobOwner {
  readonly name: string;
  readonly uid: string;
}

/** Identifies the copy of a source that the pods of a Job read. */
export const jobCopyRef = ({ kind, name }: SourceRef, { uid }: Pick<JobOwner, 'uid'>): SourceRef => ({
  kind,
  name: jobCopyName(name, uid),
});

/**
 * What stands for the namespace in keyed digests of a Job's copy. So the digest belongs to this Job: a note that
 * somebody takes from another copy fits no copy of this Job. No namespace has a slash in its name.
 */
const placeOf = (namespace: string, { uid }: Pick<JobOwner, 'uid'>): string => `${namespace}/${uid}`;

/** What a source held when the first pod of a Job was made. Undefined: it did not exist. */
export type FirstFound = { readonly content: SourceContent; readonly type: string | undefined } | undefined;

/**
 * The manifest of a Job's copy. If the source did not exist, the copy holds nothing, and its note says so. Then
 * all later pods of the Job know it, too.
 */
export function jobCopyManifest(
  formats: Formats,
  namespace: string,
  job: JobOwner,
  usage: Usage,
  found: FirstFound,
) {
  const digest = formats.current.sourceDigest(placeOf(namespace, job), usage, found?.content);
  const pin = { usage, digest, shortDigest: shortDigest(digest) };
  const owner = { apiVersion: JOB_API_VERSION, kind: JOB_KIND, ...job };
  const content = found?.content ?? { data: {}, binaryData: {} };
  const { metadata, ...rest } = copyManifest(pin, content, found?.type, owner);
  return { ...rest, metadata: { ...metadata, name: jobCopyRef(usage, job).name } };
}

/** What a look at an object with the name of a Job's copy shows. `absent`: its source did not exist. */
export type InspectedJobCopy =
  | { readonly flaw: Flaw }
  | { readonly flaw: undefined; readonly note: CopyNote; readonly absent: boolean };

const isEmpty = ({ data, binaryData }: SourceContent): boolean =>
  Object.keys(data).length === 0 && Object.keys(binaryData).length === 0;

/** Inspects the content of an object with the name of a Job's copy: it must hold exactly what its note says. */
export function inspectJobCopy(
  formats: Formats,
  namespace: string,
  job: Pick<JobOwner, 'uid'>,
  source: SourceRef,
  note: CopyNote | undefined,
  object: CopyObject,
): InspectedJobCopy {
  if (note?.digest === ABSENT) {
    if (!object.immutable) return { flaw: { is: 'mutable' } };
    if (note.source !== sourceId(source)) return { flaw: { is: 'other-note' } };
    return isEmpty(object.content) ? { flaw: undefined, note, absent: true } : { flaw: { is: 'extra-keys' } };
  }
  const ref = { kind: source.kind, name: source.name, shortDigest: shortDigest(note?.digest ?? '') };
  const inspected = inspectCopy(formats, placeOf(namespace, job), ref, note, object);
  return inspected.flaw ? inspected : { flaw: undefined, note: inspected.note, absent: false };
}

/** What is wrong with the metadata of a Job's copy. They can change, so they are looked at each time. */
export function jobCopyMetaFlaw(
  {
    labels,
    ownerReferences,
  }: {
    readonly labels?: Readonly<Record<string, string>> | null | undefined;
    readonly ownerReferences?: readonly { readonly uid: string }[] | null | undefined;
  },
  job: Pick<JobOwner, 'uid'>,
): Flaw | undefined {
  if (labels?.[COPY_LABEL] !== 'true') return { is: 'no-label' };
  return ownerReferences?.some(({ uid }) => uid === job.uid) ? undefined : { is: 'other-owner' };
}
