import type { Container, PodTemplate, Volume, VolumeSource } from '../workloads/pod-template.ts';
import { type Mounted, mountedKeys, mountsOf } from './mounts.ts';
import { checkTemplateSize, toCheckedReferences } from './size.ts';
import type { Keys, SourceKind } from './sources.ts';

/** One use of configuration in a pod template. */
export interface Reference {
  readonly kind: SourceKind;
  readonly name: string;
  readonly keys: Keys;
  /** Patterns of keys that do not count if `keys` is `all`. A `*` stands for any characters. */
  readonly except: readonly string[];
  /**
   * How the pod gets the values. The kubelet takes environment variables from a ConfigMap's `data` only, and
   * files from `data` and `binaryData`.
   */
  readonly via: 'env' | 'volume';
  /** The pod starts without the source. */
  readonly optional: boolean;
  /** Its field path in the template: `spec.containers[0].envFrom[1].configMapRef`. */
  readonly where: string;
}

interface Selector {
  readonly name?: string | null | undefined;
  readonly optional?: boolean | null | undefined;
}

/** One place in a template that may hold a selector, and the keys that it selects. */
interface Place {
  readonly kind: SourceKind;
  readonly selector: Selector | null | undefined;
  readonly keys: Keys;
  readonly where: string;
}

/**
 * The references at these places. A selector with an empty name is no reference. The API server accepts it,
 * but the kubelet finds nothing.
 */
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

function* foundReferences(template: PodTemplate): Generator<Reference, void> {
  const { initContainers, containers, volumes } = template.spec ?? {};
  const mounts = mountsOf([...(initContainers ?? []), ...(containers ?? [])]);
  for (const [i, each] of (initContainers ?? []).entries())
    yield* containerReferences(each, `spec.initContainers[${i}]`);
  for (const [i, each] of (containers ?? []).entries())
    yield* containerReferences(each, `spec.containers[${i}]`);
  for (const [i, each] of (volumes ?? []).entries())
    yield* volumeReferences(each, `spec.volumes[${i}]`, mounts.get(each.name ?? ''));
}

/**
 * Every use of configuration in the template, in the template's order.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function references(template: PodTemplate): Reference[] {
  checkTemplateSize(template);
  return toCheckedReferences(foundReferences(template));
}
