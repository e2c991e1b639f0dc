import { daemons, type WebOptions, web, webSet } from '../../lab/lockstep/manifests.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import { fromKey, reading } from './edit-acts.ts';

/** They roll at calls only. */
export const CALLS = { 'lockstep.dev/roll-on': 'create,update,scale,node' };
const WHOLE = reading({ envFrom: [{ configMapRef: { name: 'app' } }] });
const keyOf = (key: string) => reading({ env: [fromKey('app', key)] });

const of = (name: string, options: WebOptions = {}): WebOptions => ({
  name,
  podSpec: WHOLE,
  ...options,
  annotations: { ...CALLS, ...options.annotations },
});

/** One workload for each way in which an edit of `app` may concern it, or not. */
export const WORKLOADS: readonly (readonly [
  resource: 'deployments' | 'statefulsets' | 'daemonsets',
  object: object,
])[] = [
  ['deployments', web(of('whole', { replicas: 4 }))],
  ['deployments', web(of('key-a', { podSpec: keyOf('a') }))],
  ['deployments', web(of('key-b', { podSpec: keyOf('b') }))],
  ['deployments', web(of('ignores-a', { annotations: { 'lockstep.dev/ignore': 'configmap/app#a' } }))],
  ['deployments', web(of('only-b', { annotations: { 'lockstep.dev/only': 'configmap/app#b' } }))],
  ['deployments', web(of('unmanaged', { labels: { 'lockstep.dev/inject': 'disabled' } }))],
  ['deployments', web(of('paused', { paused: true }))],
  ['deployments', web(of('zero', { replicas: 0 }))],
  ['deployments', web(of('on-create', { annotations: { 'lockstep.dev/roll-on': 'create' } }))],
  ['deployments', web(of('on-update', { annotations: { 'lockstep.dev/roll-on': 'update' } }))],
  ['deployments', web(of('pinned', { labels: PIN }))],
  ['deployments', web(of('recreate', { strategy: { type: 'Recreate' } }))],
  [
    'deployments',
    web(
      of('optional', { podSpec: reading({ envFrom: [{ configMapRef: { name: 'app', optional: true } }] }) }),
    ),
  ],
  [
    'deployments',
    web(of('include', { podSpec: reading({}), annotations: { 'lockstep.dev/include': 'configmap/app#b' } })),
  ],
  ['deployments', web(of('other', { podSpec: reading({}) }))],
  ['statefulsets', webSet(of('set'))],
  ['statefulsets', webSet(of('on-delete', { strategy: { type: 'OnDelete' } }))],
  [
    'statefulsets',
    webSet(of('partition', { strategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } })),
  ],
  [
    'statefulsets',
    webSet(of('kept', { strategy: { type: 'RollingUpdate', rollingUpdate: { partition: 9 } } })),
  ],
  ['daemonsets', daemons(of('daemon'))],
];
