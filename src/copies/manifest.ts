import { type Static, Type } from 'typebox';
import { type SourceContent, usedContent } from '../digest/source.ts';
import { COPY_LABEL, COPY_OF, USED_AT } from '../marks/names.ts';
import { maybe, StringMap } from '../schema.ts';
import { copyName } from './name.ts';
import { printNote } from './note.ts';
import type { Pin } from './pins.ts';

/**
 * An owner of a copy. Kubernetes keeps the copy as long as it has one. A revision owns the copy that its pods
 * read. Owners of any other kind reserve the copy for revisions that are yet to come. This is the workload,
 * or the namespace if the workload does not exist yet.
 */
export interface CopyOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * The reference sets neither `controller` nor `blockOwnerDeletion`: an owner does not wait for the copy.
 * Kubernetes deletes the copy after its last owner.
 */
export const ownerReference = ({ apiVersion, kind, name, uid }: CopyOwner) => ({
  apiVersion,
  kind,
  name,
  uid,
});

/**
 * The metadata of a strategic merge patch that adds owners to a copy. Such a patch merges owners by uid, so
 * it keeps the owners that others add. It conflicts if the copy was deleted and made again.
 * @param uid the copy's
 */
export const ownersPatch = (uid: string, owners: readonly CopyOwner[]) => ({
  uid,
  ownerReferences: owners.map(ownerReference),
});

/**
 * The metadata of a strategic merge patch that adds and removes owners of a copy. It conflicts if the copy
 * has changed since this resourceVersion.
 * @param ended uids of the owners to remove
 */
export const ownerChangePatch = (
  { uid, resourceVersion }: { readonly uid: string; readonly resourceVersion: string },
  added: readonly CopyOwner[],
  ended: readonly string[],
) => ({
  uid,
  resourceVersion,
  ownerReferences: [
    ...added.map(ownerReference),
    ...ended.map((endedUid) => ({ $patch: 'delete', uid: endedUid })),
  ],
});

/** The part of a copy's metadata that decides how long it stays. */
export const CopyMeta = Type.Object({
  namespace: Type.String(),
  name: Type.String(),
  uid: Type.String(),
  resourceVersion: Type.String(),
  creationTimestamp: Type.String(),
  deletionTimestamp: maybe(Type.String()),
  annotations: maybe(StringMap),
  ownerReferences: maybe(
    Type.Array(
      Type.Object({
        apiVersion: Type.String(),
        kind: Type.String(),
        name: Type.String(),
        uid: Type.String(),
      }),
    ),
  ),
});
export type CopyMeta = Static<typeof CopyMeta>;

/**
 * When a template last started to name a copy, or when the copy was made, in milliseconds since the epoch.
 * NaN: the metadata has no times.
 */
export function lastUseMs({
  creationTimestamp,
  annotations,
}: {
  readonly creationTimestamp?: string | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
}): number {
  const madeMs = Date.parse(creationTimestamp ?? '');
  const usedMs = Date.parse(annotations?.[USED_AT] ?? '');
  return Math.max(madeMs, Number.isNaN(usedMs) ? madeMs : usedMs);
}

/**
 * The keys that the API server requires in a Secret of a type. Each has a valid value that stands in if the
 * key is not used.
 */
const REQUIRED_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kubernetes.io/tls': { 'tls.crt': '', 'tls.key': '' },
  'kubernetes.io/ssh-auth': { 'ssh-privatekey': '' },
  'kubernetes.io/basic-auth': { username: '', password: '' },
  // `{}` in base64.
  'kubernetes.io/dockercfg': { '.dockercfg': 'e30=' },
  'kubernetes.io/dockerconfigjson': { '.dockerconfigjson': 'e30=' },
};

/**
 * Types of Secret that Kubernetes itself acts on. A copy must have another type. Pods do not see the type.
 */
const ACTED_ON = ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'];

/** Whether Kubernetes itself acts on Secrets of a type, so that no copy has it. */
export const isActedOn = (type: string | undefined): type is string =>
  type !== undefined && ACTED_ON.includes(type);

/** The keys that the API server requires in a Secret of a type, with the values that stand in for them. */
export const standInsOf = (type: string): readonly (readonly [key: string, base64: string])[] =>
  Object.hasOwn(REQUIRED_KEYS, type) ? Object.entries(REQUIRED_KEYS[type] ?? {}) : [];

/**
 * Type and data of a copy of a Secret. It leaves out a required key that the source lacks. A
 * basic-auth Secret needs only one of its two keys, and an extra key would change the digest.
 */
function secretContent(type: string, all: SourceContent['data'], used: SourceContent['data']) {
  if (isActedOn(type)) return { type: 'Opaque', data: used };
  const standIns = standInsOf(type).filter(([key]) => Object.hasOwn(all, key));
  return { type, data: { ...Object.fromEntries(standIns), ...used } };
}

/**
 * The manifest of a copy: an immutable object that holds what is used of a source, and nothing else.
 * @param type the source's type, if it is a Secret
 */
export function copyManifest(
  { usage, digest, shortDigest }: Pin & { readonly shortDigest: string },
  content: SourceContent,
  type: string | undefined,
  owner: CopyOwner,
) {
  const used = usedContent(usage, content);
  return {
    apiVersion: 'v1',
    kind: usage.kind === 'secret' ? 'Secret' : 'ConfigMap',
    metadata: {
      name: copyName(usage.name, shortDigest),
      labels: { 'app.kubernetes.io/managed-by': 'lockstep', [COPY_LABEL]: 'true' },
      annotations: { [COPY_OF]: printNote(usage, digest) },
      ownerReferences: [ownerReference(owner)],
    },
    immutable: true,
    ...(usage.kind === 'secret'
      ? secretContent(type ?? 'Opaque', content.binaryData, used.binaryData)
      : used),
  };
}
