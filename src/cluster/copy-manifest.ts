import { copyName, printNote } from '../digest/copy.ts';
import { type SourceContent, usedContent } from '../digest/source.ts';
import { COPY_LABEL, COPY_OF } from '../policy/marks.ts';
import type { Usage } from '../references/usage.ts';

/** The ReplicaSet whose pods read a copy. */
export interface CopyOwner {
  readonly name: string;
  readonly uid: string;
}

/** No controller, and nothing that waits for it: when the last of its owners has gone, the copy goes. */
const ownerReference = ({ name, uid }: CopyOwner) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name,
  uid,
});

/**
 * The change of a copy's metadata that adds owners, for a strategic merge patch: that merges them by their uids, so those
 * that others add stay. A conflict where the copy has been made anew.
 * @param uid the copy's
 */
export const withOwners = (uid: string, owners: readonly CopyOwner[]) => ({
  uid,
  ownerReferences: owners.map(ownerReference),
});

/** Keys without which the API server takes no Secret of a type, and what stands in for one that is not used. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kubernetes.io/tls': { 'tls.crt': '', 'tls.key': '' },
  'kubernetes.io/ssh-auth': { 'ssh-privatekey': '' },
  'kubernetes.io/basic-auth': { username: '', password: '' },
  // `{}` in base64.
  'kubernetes.io/dockercfg': { '.dockercfg': 'e30=' },
  'kubernetes.io/dockerconfigjson': { '.dockerconfigjson': 'e30=' },
};

/** Types that a controller or a component of Kubernetes acts on: a copy must not be one. Pods do not see the type. */
const ACTED_ON = ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'];

/** A needed key that the source has not is left out: it holds one of two, and a key too many would change the digest. */
function secretContent(type: string, held: SourceContent['data'], used: SourceContent['data']) {
  if (ACTED_ON.includes(type)) return { type: 'Opaque', data: used };
  const needed = Object.hasOwn(NEEDED, type) ? Object.entries(NEEDED[type] ?? {}) : [];
  const standIns = needed.filter(([key]) => Object.hasOwn(held, key));
  return { type, data: { ...Object.fromEntries(standIns), ...used } };
}

/**
 * The immutable object that holds what is used of a source, and nothing else.
 * @param short the digest as `config-sources` shows it
 * @param type of a Secret
 */
export function copyManifest(
  { usage, digest, short }: { usage: Usage; digest: string; short: string },
  content: SourceContent,
  type: string | undefined,
  owner: CopyOwner | undefined,
) {
  const used = usedContent(usage, content);
  return {
    apiVersion: 'v1',
    kind: usage.kind === 'secret' ? 'Secret' : 'ConfigMap',
    metadata: {
      name: copyName(usage.name, short),
      labels: { 'app.kubernetes.io/managed-by': 'lockstep', [COPY_LABEL]: 'true' },
      annotations: { [COPY_OF]: printNote(usage, digest) },
      ...(owner && { ownerReferences: [ownerReference(owner)] }),
    },
    immutable: true,
    ...(usage.kind === 'secret'
      ? secretContent(type ?? 'Opaque', content.binaryData, used.binaryData)
      : used),
  };
}
