import type { Container, PodTemplate, Volume, VolumeSource } from '../workloads/pod-template.ts';
import { type Mounted, mountedKeys, mountsOf } from './mounts.ts';
import type { Keys, SourceKind } from './sources.ts';

/** One use of configuration in a pod template. */
export interface Reference {
  readonly kind: SourceKind;
  readonly name: string;
  readonly keys: Keys;
  /** Patterns (`*` stands for any characters) of keys that do not count, where `keys` is `all`. */
  readonly except: readonly string[];
  /**
   * The kubelet takes environment variables from a ConfigMap's `data` only, files from `data` and
   * `binaryData`.
   */
  readonly via: 'env' | 'volume';
  /** The pod starts without it. */
  readonly optional: boolean;
  /** Where it stands, as a field path: `spec.containers[0].envFrom[1].configMapRef` in the template. */
  readonly where: string;
}

interface Selector {
  readonly name?: string | null | undefined;
  readonly optional?: boolean | null | undefined;
}

/** One place in a template that may hold a selector, and what it selects there. */
interface Place {
  readonly kind: SourceKind;
  readonly selector: Selector | null | undefined;
  readonly keys: Keys;
  readonly where: string;
}

/** No reference where the name is empty: the API server accepts an empty name, the kubelet finds nothing. */
function toReferences(via: Reference['via'], places: readonly Place[]): Reference[] {
  return places.flatMap(({ kind, selector, keys, where }) =>
    selector?.name
      ? [{ kind, name: selector.name, keys, except: [], via, optional: selector.optional ?? false, where }]
      : [],
  );
}

function containerReferences(container: Container, path: string): Reference[] {
  const envFrom = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, i): Place[] => [
    { kind: 'configmap', selector: configMapRef, keys: 'all', where: `${path}.envFrom[${i}].configMapRef` },
    { kind: 'secret', selector: secretRef, keys: 'all', where: `${path}.envFrom[${i}].secretRef` },
  ]);
  const env = (container.env ?? []).flatMap(({ valueFrom }, i): Place[] => {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    const at = `${path}.env[${i}].valueFrom`;
    const keyOf = (selector: typeof secretKeyRef) => (selector ? [selector.key] : []);
    return [
      {
        kind: 'configmap',
        selector: configMapKeyRef,
        keys: keyOf(configMapKeyRef),
        where: `${at}.configMapKeyRef`,
      },
      { kind: 'secret', selector: secretKeyRef, keys: keyOf(secretKeyRef), where: `${at}.secretKeyRef` },
    ];
  });
  return toReferences('env', [...envFrom, ...env]);
}

function volumeReferences(volume: Volume, path: string, mounted: Mounted | undefined): Reference[] {
  const place = (kind: SourceKind, source: VolumeSource | null | undefined, where: string): Place => ({
    kind,
    selector: source,
    keys: mountedKeys(source?.items, mounted),
    where,
  });
  const { configMap, secret, projected } = volume;
  return toReferences('volume', [
    place('configmap', configMap, `${path}.configMap`),
    place('secret', secret && { ...secret, name: secret.secretName ?? null }, `${path}.secret`),
    ...(projected?.sources ?? []).flatMap((source, i) => [
      place('configmap', source.configMap, `${path}.projected.sources[${i}].configMap`),
      place('secret', source.secret, `${path}.projected.sources[${i}].secret`),
    ]),
  ]);
}

/** Every use of configuration in the template, in the order in which the template names them. */
export function references(template: PodTemplate): Reference[] {
  const { initContainers, containers, volumes } = template.spec ?? {};
  const mounts = mountsOf([...(initContainers ?? []), ...(containers ?? [])]);
  return [
    ...(initContainers ?? []).flatMap((c, i) => containerReferences(c, `spec.initContainers[${i}]`)),
    ...(containers ?? []).flatMap((c, i) => containerReferences(c, `spec.containers[${i}]`)),
    ...(volumes ?? []).flatMap((v, i) => volumeReferences(v, `spec.volumes[${i}]`, mounts.get(v.name ?? ''))),
  ];
}
