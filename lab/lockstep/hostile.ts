import { type WebOptions, web } from './manifests.ts';

/**
 * Deployments that cost a naive lockstep much work. The API server takes most of them, and shows all of them to webhooks:
 * it calls mutating webhooks before it validates an object.
 */

const range = <T>(count: number, item: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const container = (fields: object, name = 'web') => ({ name, image: 'web:1', ...fields });
const ofPod = (podSpec: object, options: WebOptions = {}): object =>
  web({ replicas: 0, ...options, podSpec });
const ofContainer = (fields: object, options?: WebOptions): object =>
  ofPod({ containers: [container(fields)] }, options);
const keyOf = (i: number, name: string, key: string) => ({
  name: `E${i}`,
  valueFrom: { configMapKeyRef: { name, key, optional: true } },
});
const patterns = (count: number, text: (i: number) => string) => ({
  annotations: { 'lockstep.dev/ignore': range(count, text).join(',') },
});

/** 8,000 references, and 8,000 patterns that each of them could match. */
export const referencesTimesPatterns = (count = 8_000): object =>
  ofContainer(
    { env: range(count, (i) => keyOf(i, 'app', `k${i}`)) },
    patterns(count, (i) => `configmap/a*p${i}`),
  );

/** Each of its sources is a read. */
export const manySources = (count = 20_000): object =>
  ofContainer({ envFrom: range(count, (i) => ({ configMapRef: { name: `c${i}`, optional: true } })) });

/** Valid names of keys, as long as names can be, of a source that every namespace has. */
export const longKeys = (count = 5_000, round = 0): object =>
  ofContainer({
    env: range(count, (i) => keyOf(i, 'kube-root-ca.crt', `${round}-${i}-`.padEnd(200, 'k'))),
  });

/** A name that no key can have. */
export const hugeKeys = (): object =>
  ofContainer({ env: range(2, (i) => keyOf(i, 'app', `${i}`.repeat(1_000_000))) });

const volume = (items?: readonly object[]) => ({
  name: 'v',
  configMap: { name: 'app', optional: true, items },
});
const mount = (i: number) => ({ name: 'v', mountPath: `/m/${i}`, subPath: `d/d/d/${i}` });
const item = (i: number) => ({ key: `k${i}`, path: `d/d/d/d${i}` });

export const manyItems = (count = 150_000): object =>
  ofPod({
    containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    volumes: [
      { name: 'v', configMap: { name: 'app', items: range(count, (i) => ({ key: '', path: `${i}` })) } },
    ],
  });

export const itemsTimesMounts = (count = 8_000): object =>
  ofPod({
    containers: [container({ volumeMounts: range(count, mount) })],
    volumes: [volume(range(count, item))],
  });

/** Volumes of one name. Each shows all of the mounts' keys. */
export const volumesTimesMounts = (count = 8_000): object =>
  ofPod({
    containers: [
      container({
        volumeMounts: range(count, (i) => ({ name: 'v', mountPath: `/m/${i}`, subPath: `${i}` })),
      }),
    ],
    volumes: range(count, () => volume()),
  });

/** Within all limits, and costly: 900 references, and 99 patterns that each of them could match. */
export const intricate = (): object =>
  ofContainer(
    { env: range(900, (i) => keyOf(i, 'app', `k${i}`)) },
    patterns(99, (i) => `configmap/a*p${i}`),
  );

/** Names that no ConfigMap can have. The API server checks those in env and envFrom, and not those of volumes. */
export const impossibleNames = (count = 900): object =>
  ofPod({
    containers: [container({})],
    volumes: range(count, (i) => ({ name: `v${i}`, configMap: { name: `../A_${i}/b`, optional: true } })),
  });

/** All keys of the ConfigMap `tiny`, but those of these patterns. */
export const patternsTimesKeys = (count = 100): object =>
  ofContainer(
    { envFrom: [{ configMapRef: { name: 'tiny', optional: true } }] },
    patterns(count, (i) => `configmap/tiny#*${i}*`),
  );

/** As many tiny keys as etcd takes: its field manager needs as much as the keys themselves. */
export const tinyKeys = (count = 55_000) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'tiny' },
  data: Object.fromEntries(range(count, (i) => [`${i.toString(36)}_`, ''])),
});

/** Almost as much as a review can hold, and no configuration. */
export const plainValues = (count = 60_000): object =>
  ofContainer({ env: range(count, (i) => ({ name: `E${i}`, value: `v${i}` })) });

/** The most that lockstep checks: sources, references and patterns at their limits. */
export const atTheLimits = (): object =>
  ofContainer(
    { env: range(4_900, (i) => keyOf(i, `c${i % 1_000}`, `k${i}`)) },
    patterns(100, (i) => `configmap/c*#*z${i}`),
  );

/** Marks that somebody forged, each as long as annotations can be. */
export const forgedMarks = (): object => {
  const text = (entry: (i: number) => string, most = 200_000) => {
    let all = '';
    for (let i = 0; all.length < most; i += 1) all += entry(i);
    return all;
  };
  const sources = `{${text((i) => `"configmap/c${i}":"0123456789abcdef",`)}"configmap/app":"0123456789abcdef"}`;
  return ofContainer(
    { envFrom: [{ configMapRef: { name: 'app', optional: true } }] },
    {
      labels: { 'lockstep.dev/pin': 'enabled' },
      spec: {
        template: {
          metadata: {
            labels: { app: 'web' },
            annotations: {
              'lockstep.dev/config-hash': `v1-${'0'.repeat(64)}`,
              'lockstep.dev/config-sources': sources,
              'lockstep.dev/pinned': `${text((i) => `configmap/c${i},`, 60_000)}configmap/app`,
            },
          },
          spec: { containers: [container({ envFrom: [{ configMapRef: { name: 'app', optional: true } }] })] },
        },
      },
    },
  );
};

/** Every shape, by what is much in it. */
export const HOSTILE: Readonly<Record<string, () => object>> = {
  'plain values': plainValues,
  'references x patterns': referencesTimesPatterns,
  'optional sources': manySources,
  'long names of keys': longKeys,
  'keys of a megabyte': hugeKeys,
  'items of one volume': manyItems,
  'items x mounts': itemsTimesMounts,
  'volumes x mounts': volumesTimesMounts,
  'impossible names': impossibleNames,
  'patterns x keys of a ConfigMap': patternsTimesKeys,
  'forged marks': forgedMarks,
  'at the limits': atTheLimits,
};
