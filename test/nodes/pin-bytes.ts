import { APP_IMAGE } from '../../lab/nodes/app-images.ts';

/** The file into which the init container writes what it was given. */
export const NOTE = '/seen/notes/init.json';

/** The app's list: values in base64, by the names of the environment and by path. */
export interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');
const inBase64 = (entries: Readonly<Record<string, string | Uint8Array>>) =>
  Object.fromEntries(Object.entries(entries).map(([key, content]) => [key, base64(content)]));

/**
 * What sources hold at a time: some of it differs from time to time, as text and as bytes that are not text.
 */
function contents(time: string) {
  const text = (key: string) => `${key}, ${time}\r\n\tü\n`;
  const bytes = Uint8Array.from({ length: 256 + time.length }, (_, index) => (index + time.length) % 256);
  return { text, bytes };
}

const object = (kind: string, name: string, content: object) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...content,
});

/** The sources of `workload` at a time, without the optional ones that do not exist. */
export function sources(time: string): readonly object[] {
  const { text, bytes } = contents(time);
  const binary = base64(bytes);
  return [
    object('ConfigMap', 'app', {
      data: { a: time, text: text('text'), empty: '' },
      binaryData: { bytes: binary },
    }),
    object('ConfigMap', 'sub', { data: { 'sub.conf': text('sub'), other: time } }),
    object('ConfigMap', 'part', { data: { mounted: text('mounted'), unmounted: time } }),
    object('ConfigMap', 'items', { data: { x: text('x'), unused: time }, binaryData: { z: binary } }),
    object('ConfigMap', 'init', { data: { a: text('init') } }),
    object('Secret', 'db', { data: { password: base64(text('password')), bytes: binary } }),
    object('Secret', 'env', { stringData: { user: text('user') } }),
  ];
}

/** The optional sources, which are created later. */
export const later = (time: string): readonly object[] => [
  object('ConfigMap', 'later', { data: { late: time } }),
  object('Secret', 'later', { stringData: { late: time } }),
];
/** Objects of a name that is nearly the one that references to absent sources point at. */
export const nearly = (time: string): readonly object[] => [
  object('ConfigMap', 'later-lockstep-absent', { data: { late: time } }),
  object('Secret', 'later-lockstep-absent', { stringData: { late: time } }),
];
/** An optional key that a source gets later. */
export const LATE_KEY = { late: 'late' };

/** What the container must be given for the sources of a time, with the optional ones absent. */
export function expectedInContainer(time: string): Seen {
  const { text, bytes } = contents(time);
  const app = { a: time, text: text('text'), empty: '' };
  const prefixed = Object.entries(app).map(([key, value]) => [`APP_${key}`, value]);
  const env = { A: time, PASSWORD: text('password'), SECRET_user: text('user') };
  const files = {
    ...Object.fromEntries(Object.entries(app).map(([key, value]) => [`plain/${key}`, value])),
    'plain/bytes': bytes,
    sub: text('sub'),
    part: text('mounted'),
    'items/of/x': text('x'),
    'items/of/z': bytes,
    'secret/password': text('password'),
    'secret/bytes': bytes,
    'projected/of/bytes': bytes,
    'projected/of/password': text('password'),
  };
  return seen({ ...Object.fromEntries(prefixed), ...env }, files);
}

/** The same for the init container. */
export function expectedInInit(time: string): Seen {
  const a = contents(time).text('init');
  return seen({ INIT_a: a }, { 'init/a': a });
}

const seen = (
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string | Uint8Array>>,
): Seen => ({
  env: inBase64(env),
  files: inBase64(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`/seen/${path}`, content])),
  ),
});

const optional = true;
const env = [
  { name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } },
  { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
  { name: 'LATE_KEY', valueFrom: { configMapKeyRef: { name: 'items', key: 'late', optional } } },
  { name: 'LATE_SECRET', valueFrom: { secretKeyRef: { name: 'later', key: 'late', optional } } },
];
const envFrom = [
  { configMapRef: { name: 'app' }, prefix: 'APP_' },
  { secretRef: { name: 'env' }, prefix: 'SECRET_' },
  { configMapRef: { name: 'later', optional }, prefix: 'LATER_' },
];
const items = (...keys: readonly string[]) => keys.map((key) => ({ key, path: `of/${key}` }));
const volumes = [
  { name: 'plain', configMap: { name: 'app' } },
  { name: 'sub', configMap: { name: 'sub' } },
  // A container mounts one of the items. The other item's key is not part of the configuration, and of no
  // copy.
  { name: 'part', configMap: { name: 'part', items: items('mounted', 'unmounted') } },
  { name: 'items', configMap: { name: 'items', items: items('x', 'z') } },
  { name: 'secret', secret: { secretName: 'db' } },
  { name: 'later', configMap: { name: 'later', optional } },
  { name: 'later-secret', secret: { secretName: 'later', optional } },
  {
    name: 'projected',
    projected: {
      sources: [
        { configMap: { name: 'app', items: items('bytes') } },
        { secret: { name: 'db', items: items('password') } },
        { configMap: { name: 'later', optional } },
      ],
    },
  },
  { name: 'init', configMap: { name: 'init' } },
  { name: 'notes', emptyDir: {} },
];
const mount = (name: string, subPath?: string) => ({
  name,
  mountPath: `/seen/${name}`,
  ...(subPath && { subPath }),
});

/** A Deployment with containers that are given configuration in every possible way. */
export function workload(labels: Readonly<Record<string, string>>): object {
  const image = { image: APP_IMAGE, imagePullPolicy: 'Never' };
  const mounts = ['plain', 'items', 'secret', 'later', 'later-secret', 'projected', 'notes'].map((name) =>
    mount(name),
  );
  const volumeMounts = [...mounts, mount('sub', 'sub.conf'), mount('part', 'of/mounted')];
  const readinessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          initContainers: [
            {
              ...{ name: 'init', ...image, args: ['note', NOTE] },
              envFrom: [{ configMapRef: { name: 'init' }, prefix: 'INIT_' }],
              volumeMounts: [mount('init'), mount('notes')],
            },
          ],
          containers: [{ name: 'web', ...image, env, envFrom, volumeMounts, readinessProbe }],
          volumes,
        },
      },
    },
  };
}
