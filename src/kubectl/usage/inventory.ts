import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { COPY_LABEL } from '../../marks/names.ts';
import type { SourceRef } from '../../references/sources.ts';
import { maybe, StringMap } from '../../schema.ts';
import { listObjects } from '../listing.ts';
import type { Session } from '../session.ts';

/** A ConfigMap or Secret that exists. It has no values. */
export interface Existing extends SourceRef {
  readonly namespace: string;
  /** The keys of a ConfigMap. Those of Secrets are not read. */
  readonly keys: { readonly data: readonly string[]; readonly binaryData: readonly string[] } | undefined;
  /** It is lockstep's copy of another one. */
  readonly isCopy: boolean;
  /** A program of the cluster itself keeps it. */
  readonly isSystem: boolean;
}

const Meta = Type.Object({
  name: Type.String(),
  namespace: Type.String(),
  labels: maybe(StringMap),
  annotations: maybe(StringMap),
});
const isSecret = Compile(Type.Object({ metadata: Meta }));
const Entries = maybe(Type.Record(Type.String(), Type.Unknown()));
const isConfigMap = Compile(Type.Object({ metadata: Meta, data: Entries, binaryData: Entries }));

/** ConfigMaps that a controller puts into each namespace, for everybody. */
const SYSTEM_NAMES = [
  'kube-root-ca.crt',
  'openshift-service-ca.crt',
  'istio-ca-root-cert',
  'lockstep-settings',
];

export const isSystemName = (kind: SourceRef['kind'], name: string): boolean =>
  kind === 'configmap' && SYSTEM_NAMES.includes(name);

type Metadata = Static<typeof Meta>;

/** Helm keeps its releases in Secrets or ConfigMaps. Tokens of ServiceAccounts are used by whoever has them. */
const isKept = ({ name, labels, annotations }: Metadata): boolean =>
  (labels?.['owner'] === 'helm' && /^sh\.helm\.release\./.test(name)) ||
  annotations?.['kubernetes.io/service-account.name'] !== undefined;

const toExisting = (kind: SourceRef['kind'], metadata: Metadata, keys: Existing['keys']): Existing => ({
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
  keys,
  isCopy: metadata.labels?.[COPY_LABEL] !== undefined,
  isSystem: isSystemName(kind, metadata.name) || isKept(metadata),
});

/**
 * The ConfigMaps and Secrets that exist. Of Secrets, only the metadata is read. Undefined: the person may not list
 * them.
 */
export async function readInventory(
  session: Pick<Session, 'client' | 'signal'>,
  namespace: string | undefined,
) {
  const at = { api: 'api/v1', namespace } as const;
  const [configMaps, secrets] = await Promise.all([
    listObjects(session, { ...at, resource: 'configmaps' }, (item) =>
      isConfigMap.Check(item)
        ? [
            toExisting('configmap', item.metadata, {
              data: Object.keys(item.data ?? {}),
              binaryData: Object.keys(item.binaryData ?? {}),
            }),
          ]
        : [],
    ),
    listObjects(session, { ...at, resource: 'secrets', metadataOnly: true }, (item) =>
      isSecret.Check(item) ? [toExisting('secret', item.metadata, undefined)] : [],
    ),
  ]);
  return { configmap: configMaps, secret: secrets };
}
