import { copyName } from '../../../src/copies/name.ts';
import { type ConfigState, configState, formatsWith, shortDigest } from '../../../src/digest/format.ts';
import { plainDigestV1, type SourceContent } from '../../../src/digest/source.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { type Usage, usages } from '../../../src/references/usage.ts';
import { ALL_OF_APP } from '../../kit/deployments.ts';
import { KEY } from '../../kit/secret-keys.ts';
import { secretText } from '../leak-marker.ts';

/** The format in which lockstep digests here. */
export const FORMAT = formatsWith([KEY]).current;

/** What a household's sources hold, by number: each edit is the next. */
export interface Config {
  readonly app: number;
  readonly db: number;
}

const PODS = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'app' } }],
      env: [
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
        { name: 'MAYBE', valueFrom: { configMapKeyRef: { name: 'maybe', key: 'used', optional: true } } },
      ],
    },
  ],
};

/** What the pods use: all of `app`, one key of `db`, and one of `maybe`, which does not exist. */
export const USAGES: readonly Usage[] = usages(references({ spec: PODS }));

const appData = (n: number) => ({ used: `v${n}` });
const dbData = (namespace: string, n: number) => ({
  password: Buffer.from(secretText(`${namespace}-${n}`)).toString('base64'),
});

export const appObject = (n: number) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'app' },
  data: appData(n),
});
export const dbObject = (namespace: string, n: number) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: dbData(namespace, n),
});

/** What a source holds. undefined: it does not exist. */
export function contentOf(namespace: string, id: string, { app, db }: Config): SourceContent | undefined {
  if (id === 'configmap/app') return { data: appData(app), binaryData: {} };
  if (id === 'secret/db') return { data: {}, binaryData: dbData(namespace, db) };
  return undefined;
}

/** The state that lockstep must write for this configuration. */
export function stateOf(namespace: string, config: Config): ConfigState {
  const digests = USAGES.map((usage) => {
    const id = sourceId(usage);
    return [id, FORMAT.sourceDigest(namespace, usage, contentOf(namespace, id, config))] as const;
  });
  return configState(new Map(digests), FORMAT);
}

/** The Deployment `web`. */
export function webObject(image: string, replicas: number, name = 'web') {
  const labels = { app: name };
  const [container] = PODS.containers;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ ...container, image }], terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

/** What the refused Deployment uses: all of `left`. */
const LEFT: Usage = { ...ALL_OF_APP, name: 'left' };

export const leftObject = (n: number) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'left' },
  data: appData(n),
});

/** The name of the copy that is left over. */
export const leftoverName = (n: number): string =>
  copyName('left', shortDigest(plainDigestV1(LEFT, { data: appData(n), binaryData: {} })));

/** A Deployment that the API server refuses, after lockstep has made a copy of `left` for it. */
export function refusedObject() {
  const { spec, ...rest } = webObject('web:1', 1, 'refused');
  const container = { name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'left' } }] };
  const template = { ...spec.template, spec: { containers: [container] } };
  return { ...rest, spec: { ...spec, selector: { matchLabels: { app: 'nobody' } }, template } };
}
