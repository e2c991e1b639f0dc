import { type Static, Type } from 'typebox';
import { type SourceContent, usedContent } from '../digest/source.ts';
import { COPY_LABEL, COPY_OF, USED_AT } from '../marks/names.ts';
import { maybe, StringMap } from '../workloads/schema.ts';
import { copyName } from './name.ts';
import { printNote } from './note.ts';
import type { Pin } from './pins.ts';

/**
 * What a copy stays for: a revision whose pods read it. Any other kind of owner reserves it for revisions
 * that are yet to come: a workload, or, where that is only just being made, the namespace.
 */
export interface CopyOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** No controller, and nothing that waits for it: when the last of its owners has gone, the copy goes. */
const ownerReference = ({ apiVersion, kind, name, uid }: CopyOwner) => ({
  apiVersion,
  kind,
  name,
  uid,
});

/**
 * The change of a copy's metadata that adds owners, for a strategic merge patch: that merges them by their
 * uids, so those that others add stay. A conflict where the copy has been made anew.
 * @param uid the copy's
 */
export const ownersPatch = (uid: string, owners: readonly CopyOwner[]) => ({
  uid,
  ownerReferences: owners.map(ownerReference),
});

/**
 * That change, and the end of others by their uids. A conflict where the copy is not as it was at this
 * resourceVersion.
 */
export const ownerChangePatch = (
  { uid, resourceVersion }: { readonly uid: string; readonly resourceVersion: string },
  added: readonly CopyOwner[],
  ended: readonly string[],
) => ({
  uid,
  resourceVersion,
  ownerReferences: [...added.map(ownerReference), ...ended.map((gone) => ({ $patch: 'delete', uid: gone }))],
});

/** The metadata of a copy, as far as its life is concerned. */
export const CopyMeta = Type.Object({
  namespace: Type.String(),
  name: Type.String(),
  uid: Type.String(),
  resourceVersion: Type.String(),
  creationTimestamp: Type.String(),
  deletionTimestamp: maybe(Type.String()),
  annotations: maybe(StringMap),
  ownerReferences: maybe(Type.Array(Type.Object({ kind: Type.String(), uid: Type.String() }))),
});
export type CopyMeta = Static<typeof CopyMeta>;

/**
 * When somebody last came to use a copy, or made it, in milliseconds since the epoch; NaN where it does not
 * say.
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
 * Keys without which the API server takes no Secret of a type, and what stands in for one that is not used.
 */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kubernetes.io/tls': { 'tls.crt': '', 'tls.key': '' },
  'kubernetes.io/ssh-auth': { 'ssh-privatekey': '' },
  'kubernetes.io/basic-auth': { username: '', password: '' },
  // `{}` in base64.
  'kubernetes.io/dockercfg': { '.dockercfg': 'e30=' },
  'kubernetes.io/dockerconfigjson': { '.dockerconfigjson': 'e30=' },
};

/**
 * Types that a controller or a component of Kubernetes acts on: a copy must not be one. Pods do not see the
 * type.
 */
const ACTED_ON = ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'];

/**
 * A needed key that the source has not is left out: it holds one of two, and a key too many would change
 * the digest.
 */
function secretContent(type: string, held: SourceContent['data'], used: SourceContent['data']) {
  if (ACTED_ON.includes(type)) return { type: 'Opaque', data: used };
  const needed = Object.hasOwn(NEEDED, type) ? Object.entries(NEEDED[type] ?? {}) : [];
  const standIns = needed.filter(([key]) => Object.hasOwn(held, key));
  return { type, data: { ...Object.fromEntries(standIns), ...used } };
}

/**
 * The immutable object that holds what is used of a source, and nothing else.
 * @param shortDigest the digest as `config-sources` shows it
 * @param type of a Secret
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
