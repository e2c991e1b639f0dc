import type { ConfigMapVolumeSource, Container, PodTemplate, Volume } from '../workloads/pod-template.ts';

/** The kinds of source that a reference can name. */
export type SourceKind = 'configmap';

/** Which keys of a source are used: all of them, or those named. */
export type Keys = 'all' | readonly string[];

/** One use of configuration in a pod template. */
export interface Reference {
  readonly kind: SourceKind;
  readonly name: string;
  readonly keys: Keys;
  /** The kubelet takes environment variables from `data` only, files from `data` and `binaryData`. */
  readonly via: 'env' | 'volume';
  /** The pod starts without it. */
  readonly optional: boolean;
  /** Where in the template it stands, as a field path: `spec.containers[0].envFrom[1].configMapRef`. */
  readonly where: string;
}

/** A reference, or none where the name is empty: the API server accepts an empty name, the kubelet finds nothing. */
function reference(
  selector: { name?: string | null; optional?: boolean | null },
  keys: Keys,
  via: Reference['via'],
  where: string,
): Reference[] {
  if (!selector.name) return [];
  return [{ kind: 'configmap', name: selector.name, keys, via, optional: selector.optional ?? false, where }];
}

function ofContainer(container: Container, path: string): Reference[] {
  const envFrom = (container.envFrom ?? []).flatMap(({ configMapRef }, i) =>
    configMapRef ? reference(configMapRef, 'all', 'env', `${path}.envFrom[${i}].configMapRef`) : [],
  );
  const env = (container.env ?? []).flatMap(({ valueFrom }, i) => {
    const selector = valueFrom?.configMapKeyRef;
    if (!selector) return [];
    return reference(selector, [selector.key], 'env', `${path}.env[${i}].valueFrom.configMapKeyRef`);
  });
  return [...envFrom, ...env];
}

function ofVolumeSource(source: ConfigMapVolumeSource, path: string): Reference[] {
  // An empty list of items means the same as none: every key becomes a file.
  const items = source.items?.length ? source.items.map((item) => item.key) : 'all';
  return reference(source, items, 'volume', path);
}

function ofVolume(volume: Volume, path: string): Reference[] {
  const plain = volume.configMap ? ofVolumeSource(volume.configMap, `${path}.configMap`) : [];
  const projected = (volume.projected?.sources ?? []).flatMap(({ configMap }, i) =>
    configMap ? ofVolumeSource(configMap, `${path}.projected.sources[${i}].configMap`) : [],
  );
  return [...plain, ...projected];
}

/** Every use of configuration in the template, in the order in which the template names them. */
export function references(template: PodTemplate): Reference[] {
  const spec = template.spec;
  return [
    ...(spec?.initContainers ?? []).flatMap((c, i) => ofContainer(c, `spec.initContainers[${i}]`)),
    ...(spec?.containers ?? []).flatMap((c, i) => ofContainer(c, `spec.containers[${i}]`)),
    ...(spec?.volumes ?? []).flatMap((v, i) => ofVolume(v, `spec.volumes[${i}]`)),
  ];
}
