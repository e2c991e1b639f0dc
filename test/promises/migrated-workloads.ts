import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { reading } from './edit-acts.ts';

const map = (name: string) => ({ configMapRef: { name } });
const DIGEST = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const RELOADER = 'reloader.stakater.com';
const WAVE = 'wave.pusher.com';

const TEMPLATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  named: { [`${RELOADER}/last-reloaded-from`]: '{"name":"app"}' },
  waiting: { [`${WAVE}/config-hash`]: DIGEST },
  wave: { [`${WAVE}/config-hash`]: DIGEST },
  sums: { 'checksum/config': DIGEST, 'checksum/rbac': DIGEST },
  'sums-off': { 'checksum/config': DIGEST },
};

/** A Deployment with annotations of its pod template. */
const left = (options: NonNullable<Parameters<typeof web>[0]> & { name: string }): object => {
  const { name, podSpec } = options;
  const labels = { app: name };
  const spec = { ...Object(podSpec ?? reading({ envFrom: [map('app')] })), terminationGracePeriodSeconds: 0 };
  const template = { metadata: { labels, annotations: TEMPLATES[name] ?? {} }, spec };
  return web({ replicas: 1, ...options, spec: { template } });
};

/** What Reloader, Wave and charts leave in a namespace, as far as it can be applied. */
export const LEFT: readonly object[] = [
  configMap({ a: '1' }),
  configMap({ x: '1' }, 'flags'),
  {
    ...configMap({ y: '1' }, 'old'),
    metadata: { name: 'old', annotations: { [`${RELOADER}/ignore`]: 'true' } },
  },
  secret({ p: 'hunter2' }),
  left({
    name: 'named',
    annotations: { [`configmap.${RELOADER}/reload`]: 'app', [`deployment.${RELOADER}/pause-period`]: '5m' },
    podSpec: reading({
      env: [
        { name: 'KEPT', value: '1' },
        { name: 'STAKATER_APP_CONFIGMAP', value: DIGEST },
        { name: 'STAKATER_FLAGS_CONFIGMAP', value: DIGEST },
      ],
      envFrom: [map('app'), map('flags')],
    }),
  }),
  left({ name: 'searching', annotations: { [`${RELOADER}/search`]: 'true' } }),
  left({
    name: 'wave',
    annotations: { [`${WAVE}/update-on-config-change`]: 'true', [`${WAVE}/extra-configmaps`]: 'flags' },
    podSpec: reading({ envFrom: [map('app'), { secretRef: { name: 'db' } }] }),
  }),
  left({
    name: 'waiting',
    annotations: {
      [`${WAVE}/update-on-config-change`]: 'true',
      [`${WAVE}/scheduling-disabled`]: 'default-scheduler',
    },
    podSpec: { ...reading({ envFrom: [map('app')] }), schedulerName: `${WAVE}/invalid` },
  }),
  left({ name: 'sums' }),
  left({ name: 'sums-off', labels: { 'lockstep.dev/inject': 'disabled' } }),
];

const hasUid = Compile(Type.Object({ metadata: Type.Object({ uid: Type.String() }) }));

/** What an old Wave has written on objects: it keeps them from being deleted, and deletes others with them. */
export async function ownAsWave(box: Sandbox): Promise<void> {
  const { metadata } = hasUid.Parse(await box.read('deployments', 'wave'));
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wave', uid: metadata.uid };
  const patch = (object: string, of: object) =>
    box.kubectl(['patch', object, '--type=merge', `--patch=${JSON.stringify({ metadata: of })}`]);
  await patch('configmap/app', { ownerReferences: [owner] });
  await patch('deployment/wave', { finalizers: ['wave.pusher.com/finalizer', 'example.com/other'] });
}

export const asReports = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        commands: Type.Array(Type.Object({ command: Type.String(), rollsPods: Type.String() })),
      }),
    ),
  }),
);

/** The words of the commands that `-o json` has, without `kubectl --namespace shop`. */
export function commandsIn(out: string, rollsPods: string): readonly (readonly string[])[] {
  const commands = asReports.Parse(JSON.parse(out)).items.flatMap((item) => item.commands);
  return commands
    .filter((each) => each.rollsPods === rollsPods)
    .map(({ command }) => {
      const [, args = '', patch = ''] = /^kubectl --namespace \S+ (.*) --patch '(.*)'$/s.exec(command) ?? [];
      return [...args.split(' '), '--patch', patch];
    });
}
