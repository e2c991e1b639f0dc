import { type Formats, type HashFormat, keyIdOf, keysConfigMaps, shortDigest } from '../digest/format.ts';
import { ABSENT, type SourceContent } from '../digest/source.ts';
import { COPY_LABEL } from '../marks/names.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import { JOB_API_VERSION, JOB_KIND } from '../workloads/job.ts';
import type { Flaw } from './flaw.ts';
import { type CopyObject, inspectCopy } from './inspect.ts';
import { jobCopyName } from './job-name.ts';
import { copyManifest } from './manifest.ts';
import { type CopyNote, usageOf } from './note.ts';

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

const EMPTY: SourceContent = { data: {}, binaryData: {} };

/**
 * The format of the digests of Jobs' copies. Nothing but its note says what a Job's copy should hold. So the digest
 * is made with the key, also of a ConfigMap, if there is one. Then nobody else can make a copy.
 */
function formatOfNotes({ current, known }: Formats): HashFormat {
  const keyed = known.find((each) => keysConfigMaps(each) && each.keyId === current.keyId);
  return (current.keyId !== undefined && keyed) || current;
}

/** The digest that says that a source did not exist. */
function absentDigest(format: HashFormat, place: string, usage: Usage): string {
  return format.keyId === undefined ? ABSENT : format.sourceDigest(`${place}/${ABSENT}`, usage, EMPTY);
}

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
  const [format, place] = [formatOfNotes(formats), placeOf(namespace, job)];
  const digest = found
    ? format.sourceDigest(place, usage, found.content)
    : absentDigest(format, place, usage);
  const pin = { usage, digest, shortDigest: shortDigest(digest) };
  const owner = { apiVersion: JOB_API_VERSION, kind: JOB_KIND, ...job };
  const { metadata, ...rest } = copyManifest(pin, found?.content ?? EMPTY, found?.type, owner);
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
  if (!object.immutable) return { flaw: { is: 'mutable' } };
  if (note?.source !== sourceId(source)) return { flaw: { is: 'other-note' } };
  const { digest } = note;
  if (formats.current.keyId !== undefined && keyIdOf(digest) === undefined) return { flaw: { is: 'no-key' } };
  const format = formats.known.find(
    (each) => each.keyId === keyIdOf(digest) && (each.keyId === undefined || keysConfigMaps(each)),
  );
  const place = placeOf(namespace, job);
  if (format && digest === absentDigest(format, place, usageOf(note, source)))
    return isEmpty(object.content) ? { flaw: undefined, note, absent: true } : { flaw: { is: 'extra-keys' } };
  const ref = { kind: source.kind, name: source.name, shortDigest: shortDigest(digest) };
  const inspected = inspectCopy(formats, place, ref, note, object);
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
