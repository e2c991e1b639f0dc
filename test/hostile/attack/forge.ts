import { copyName } from '../../../src/copies/name.ts';
import { printNote } from '../../../src/copies/note.ts';
import { shortDigest } from '../../../src/digest/format.ts';
import { plainDigestV1, type SourceContent } from '../../../src/digest/source.ts';
import { COPY_LABEL, COPY_OF, USED_AT } from '../../../src/marks/names.ts';
import type { Usage } from '../../../src/references/usage.ts';
import { inventedDigest, inventedUid, metadataOf, type Place } from './objects.ts';
import type { Flaw, SourceKind, Step } from './steps.ts';

/** What a workload uses that takes its environment from a whole ConfigMap. */
const allOf = (kind: SourceKind, name: string): Usage => ({
  kind,
  name,
  data: kind === 'secret' ? [] : 'all',
  binaryData: kind === 'secret' ? 'all' : [],
  except: [],
  required: true,
});

/** The digest is no secret for a ConfigMap. For a Secret it needs the key, which a forger does not have. */
function digestOf(usage: Usage, content: SourceContent): string {
  if (usage.kind === 'configmap') return plainDigestV1(usage, content);
  return `0123abcd-${inventedDigest(JSON.stringify(content)).repeat(4)}`;
}

const changedBy = (flaw: Flaw, data: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  if (flaw === 'extra key') return { ...data, LD_PRELOAD: 'Zm9yZ2Vk' };
  if (flaw === 'other value') return Object.fromEntries(Object.keys(data).map((key) => [key, 'Zm9yZ2Vk']));
  return data;
};

/** Forges a copy of a source that holds this, with a flaw. */
export function forgedCopy(
  { kind, flaw, owner, usedAt }: Omit<Extract<Step, { do: 'copy' }>, 'do'>,
  name: string,
  data: Readonly<Record<string, string>>,
  place: Place,
): object {
  const usage = allOf(kind, name);
  const content = kind === 'secret' ? { data: {}, binaryData: data } : { data, binaryData: {} };
  const digest = digestOf(usage, content);
  const note = printNote(
    { ...usage, ...(flaw === 'extra key' && kind === 'configmap' && { data: Object.keys(data) }) },
    digest,
  );
  const notes = { 'no note': {}, 'huge note': { [COPY_OF]: note.padEnd(200_000, ' ') } };
  const named = copyName(name, shortDigest(digest));
  const meta = {
    labels: { [COPY_LABEL]: 'true', 'app.kubernetes.io/managed-by': 'lockstep' },
    annotations: {
      ...(flaw === 'no note' || flaw === 'huge note' ? notes[flaw] : { [COPY_OF]: note }),
      ...(usedAt !== undefined && { [USED_AT]: usedAt }),
    },
  };
  const uid = owner === 'namespace' ? place.namespaceUid : inventedUid();
  const owners = [
    { apiVersion: 'v1', kind: owner === 'namespace' ? 'Namespace' : 'Backup', name: place.namespace, uid },
  ];
  return {
    apiVersion: 'v1',
    kind: kind === 'secret' ? 'Secret' : 'ConfigMap',
    metadata: {
      ...metadataOf(flaw === 'other name' ? `${name}-kept` : named, meta, place),
      ...(owner !== 'none' && { ownerReferences: owners }),
    },
    ...(flaw !== 'mutable' && { immutable: true }),
    data: changedBy(flaw, data),
  };
}
