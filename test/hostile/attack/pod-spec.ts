import type { References, WorkloadShape } from './steps.ts';

export const letters = (count: number) => 'x'.repeat(Math.max(0, count));
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** The API server takes requests of 3 MiB, and etcd objects of 1.5 MiB. */
export const MOST_BYTES = 1_400_000;

/** The key of a reference: the index makes it unique, the rest makes it long. */
export const keyName = (index: number, bytes: number): string => `k${index}${letters(Math.floor(bytes) - 8)}`;

/** The parts of a pod's spec that hold references. */
interface Parts {
  readonly envFrom: object[];
  readonly env: object[];
  readonly volumes: object[];
  readonly volumeMounts: object[];
}

function addReferences(parts: Parts, { via, kind, count, name, optional, ...more }: References, at: number) {
  const keyBytes = Math.min(more.keyBytes ?? 10, MOST_BYTES / count);
  const named = (i: number) => (name === 'many' ? `source-${i}` : name);
  const [ref, keyRef, volume] =
    kind === 'configmap'
      ? ['configMapRef', 'configMapKeyRef', 'configMap']
      : ['secretRef', 'secretKeyRef', 'secret'];
  const volumeOf = (i: number) => ({ [kind === 'configmap' ? 'name' : 'secretName']: named(i), optional });
  const mount = (i: number, more: object) => ({ name: `v${at}-${i}`, mountPath: `/v${at}-${i}`, ...more });
  switch (via) {
    case 'envFrom':
      parts.envFrom.push(...times(count, (i) => ({ [ref]: { name: named(i), optional } })));
      break;
    case 'env':
      parts.env.push(
        ...times(count, (i) => ({
          name: `E${at}_${i}`,
          valueFrom: { [keyRef]: { name: named(i), key: keyName(i, keyBytes), optional } },
        })),
      );
      break;
    case 'volume':
      parts.volumes.push(...times(count, (i) => ({ name: `v${at}-${i}`, [volume]: volumeOf(i) })));
      parts.volumeMounts.push(...times(count, (i) => mount(i, {})));
      break;
    case 'items':
      parts.volumes.push({
        name: `v${at}-0`,
        [volume]: {
          ...volumeOf(0),
          items: times(count, (i) => ({ key: keyName(i, keyBytes), path: `p${i}` })),
        },
      });
      parts.volumeMounts.push(mount(0, {}));
      break;
    case 'mounts':
      parts.volumes.push({ name: `v${at}-0`, [volume]: volumeOf(0) });
      parts.volumeMounts.push(
        ...times(count, (i) => ({ name: `v${at}-0`, mountPath: `/m${i}`, subPath: keyName(i, keyBytes) })),
      );
      break;
  }
}

export function podSpecOf(shape: WorkloadShape): object {
  const parts: Parts = { envFrom: [], env: [], volumes: [], volumeMounts: [] };
  for (const [at, references] of (shape.references ?? []).entries()) addReferences(parts, references, at);
  const { volumes, ...ofContainer } = parts;
  return {
    containers: [{ name: 'main', image: 'main:1', ...ofContainer }],
    volumes,
    terminationGracePeriodSeconds: 0,
  };
}
