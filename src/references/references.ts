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
  /**
   * Keys that the source must hold, or the pod does not start. They do not depend on what counts: a key that is
   * ignored, or that no mount shows, may be among them. Undefined: the pod starts without the source.
   */
  readonly needed: readonly string[] | undefined;
  /** The source counts only if its own annotation says so. */
  readonly ifMarked?: true;
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
  /** As in the reference, if the selector is not optional. */
  readonly needed: readonly string[] | undefined;
  readonly where: string;
}

/**
 * The references at these places. A selector with an empty name is no reference. The API server accepts it,
 * but the kubelet finds nothing.
 */
function toReferences(via: Reference['via'], places: readonly Place[]): Reference[] {
  return places.flatMap(({ kind, selector, keys, needed, where }) => {
    if (!selector?.name) return [];
    const optional = selector.optional ?? false;
    const rest = { via, optional, needed: optional ? undefined : needed, where };
    return [{ kind, name: selector.name, keys, except: [], ...rest }];
  });
}

/** Without a key that it names, the container is not started. Without a key that it does not name, it is. */
const envPlace = (kind: SourceKind, selector: Place['selector'], keys: Keys, where: string): Place => ({
  kind,
  selector,
  keys,
  needed: keys === 'all' ? [] : keys,
  where,
});

function containerReferences(container: Container, path: string): Reference[] {
  const envFrom = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, i): Place[] => [
    envPlace('configmap', configMapRef, 'all', `${path}.envFrom[${i}].configMapRef`),
    envPlace('secret', secretRef, 'all', `${path}.envFrom[${i}].secretRef`),
  ]);
  const env = (container.env ?? []).flatMap(({ valueFrom }, i): Place[] => {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    const at = `${path}.env[${i}].valueFrom`;
    const keyOf = (selector: typeof secretKeyRef) => (selector ? [selector.key] : []);
    return [
      envPlace('configmap', configMapKeyRef, keyOf(configMapKeyRef), `${at}.configMapKeyRef`),
      envPlace('secret', secretKeyRef, keyOf(secretKeyRef), `${at}.secretKeyRef`),
    ];
  });
  return toReferences('env', [...envFrom, ...env]);
}

function volumeReferences(volume: Volume, path: string, mounted: Mounted | undefined): Reference[] {
  const place = (kind: SourceKind, source: VolumeSource | null | undefined, where: string): Place => ({
    kind,
    selector: source,
    keys: mountedKeys(source?.items, mounted),
    // The kubelet makes the files of all items, whatever the mounts show. It skips a volume that no container
    // mounts (desired_state_of_world_populator.go: "Skipping unused volume").
    needed: mounted && (source?.items ?? []).map(({ key }) => key),
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
