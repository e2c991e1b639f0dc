import { daemons, webSet } from '../lab/lockstep/manifests.ts';
import { PEPR_PATH } from './pepr.ts';
import { ON_DEPLOYMENTS, post, reviewOf, scaleUpOf, updateOf } from './reviews.ts';
import type { Contestant, Stage } from './stage.ts';

/** A kind of review, over a connection of its own. */
export interface BenchCall {
  readonly name: string;
  readonly to: Contestant;
  readonly path: string;
  readonly body: string;
  readonly send: () => Promise<unknown>;
  /** What has to be done before each of them, and is not measured. */
  readonly prepare?: () => Promise<void>;
}

/** What lockstep is compared with, and how much slower it may be. */
export interface Budget {
  readonly call: string;
  readonly floor: string;
  readonly p50?: number;
  readonly p99?: number;
}

/** ConfigMaps of these sizes, in bytes. */
const COLD = { '1 KiB': 1024, '100 KiB': 100 * 1024, '1 MiB': 1000 * 1024 } as const;

export const BUDGETS: readonly Budget[] = [
  { call: 'update in step', floor: 'one GET', p50: 1.15, p99: 1.5 },
  { call: 'scale-up in step', floor: 'one GET', p50: 1.15, p99: 1.5 },
  { call: 'scale-up in step', floor: 'its Deployment and one GET at once' },
  { call: 'ceiling', floor: 'one GET', p50: 1.05 },
  { call: 'ceiling', floor: 'a GET of its Deployment' },
  { call: 'update, 10 sources', floor: '10 GETs', p50: 1.25 },
  { call: 'update, 100 sources', floor: '100 GETs' },
  { call: 'update of 1 MiB', floor: 'one GET of 1 MiB' },
  { call: 'drifted (dry run)', floor: 'one GET' },
  { call: 'update of a StatefulSet', floor: 'one GET' },
  { call: 'update of a DaemonSet', floor: 'one GET' },
  ...Object.keys(COLD).map((size) => ({ call: `after an edit of ${size}`, floor: `a whole GET of ${size}` })),
];

/** What is compared with pepr, and by itself: it opens a connection for each read, which slows down everybody. */
export const AGAINST_PEPR: readonly Budget[] = [
  { call: 'update in step', floor: 'pepr', p50: 1, p99: 1 },
  { call: 'update, 10 sources', floor: 'pepr, 10 sources', p50: 1, p99: 1 },
];

/** A Deployment whose review, with the object before and after, takes about a MiB. */
const large = (object: object): object => {
  const copy = structuredClone(object);
  const { metadata } = Object(copy);
  metadata.annotations = { ...metadata.annotations, 'example.com/text': 'x '.repeat(260 * 1024) };
  return copy;
};

async function readReplicaSet({ cluster, namespace }: Stage): Promise<object> {
  const list = Object(await cluster.api.get(`/apis/apps/v1/namespaces/${namespace}/replicasets`));
  return list.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name.startsWith('web-'));
}

const grown = (set: object): object => {
  const copy = structuredClone(set);
  Object(copy).spec.replicas += 1;
  return copy;
};

/** Reviews of workloads of other kinds. */
async function otherKinds(stage: Stage, call: MakeCall): Promise<readonly BenchCall[]> {
  const made = [
    ['StatefulSet', 'statefulsets', await stage.makeWorkload('set', 1, webSet, 'statefulsets')],
    ['DaemonSet', 'daemonsets', await stage.makeWorkload('daemons', 1, daemons, 'daemonsets')],
  ] as const;
  return made.map(([kind, resource, object]) => {
    const { name } = Object(object).metadata;
    const about = { resource: { group: 'apps', version: 'v1', resource }, namespace: stage.namespace, name };
    const body = reviewOf({ ...about, operation: 'UPDATE', object, oldObject: object });
    return call(`update of a ${kind}`, stage.lockstep, '/admission/template', body);
  });
}

/** Reviews each of which comes after an edit of the ConfigMap, so that its digest has to be computed. */
async function afterEdits(stage: Stage, call: MakeCall): Promise<readonly BenchCall[]> {
  const calls = Object.entries(COLD).map(async ([size, bytes], at) => {
    const name = `cold-${at}`;
    const workload = await stage.makeWorkload(name, 1);
    let edits = 0;
    const prepare = () => {
      edits += 1;
      return stage.edit(`${name}-0`, { a: String(edits), b: 'x'.repeat(bytes) });
    };
    const about = { ...ON_DEPLOYMENTS, namespace: stage.namespace, name, dryRun: true };
    const body = reviewOf({ ...about, operation: 'UPDATE', object: workload, oldObject: workload });
    return [
      { ...call(`a whole GET of ${size}`, stage.floor, '/whole', body), prepare },
      { ...call(`after an edit of ${size}`, stage.lockstep, '/admission/template', body), prepare },
    ];
  });
  return (await Promise.all(calls)).flat();
}

type MakeCall = (name: string, to: Contestant, path: string, body: string) => BenchCall;

/** The calls of all contestants, with their workloads. */
export async function makeCalls(stage: Stage): Promise<readonly BenchCall[]> {
  const { floor, lockstep, namespace } = stage;
  const call: MakeCall = (name, to, path, body) => {
    const client = stage.connect(to);
    return { name, to, path, body, send: () => post(client, path, body) };
  };
  const web = await stage.makeWorkload('web', 1);
  const [ten, hundred] = [await stage.makeWorkload('ten', 10), await stage.makeWorkload('hundred', 100)];
  const set = await readReplicaSet(stage);
  const one = updateOf(namespace, 'web', web);
  const scaleUp = scaleUpOf(namespace, 'web');
  const mib = updateOf(namespace, 'web', large(web));
  const tens = updateOf(namespace, 'ten', ten);
  const hundreds = updateOf(namespace, 'hundred', hundred);
  const drifted = structuredClone(web);
  const { annotations } = Object(drifted).spec.template.metadata;
  for (const [name, value] of Object.entries<string>(annotations))
    annotations[name] = value.replaceAll(/[0-9a-f]{12,}/g, (digits) => digits.replaceAll(/[0-9]/g, 'a'));
  const dryRun = { namespace, name: 'web', operation: 'UPDATE', dryRun: true } as const;
  const ceiling = reviewOf({
    namespace,
    name: Object(set).metadata.name,
    operation: 'UPDATE',
    object: grown(set),
    oldObject: set,
  });
  return [
    call('empty', floor, '/empty', one),
    call('one GET', floor, '/gets/1', one),
    call('its Deployment and one GET at once', floor, '/workload-and-get', scaleUp),
    call('a GET of its Deployment', floor, '/workload', ceiling),
    call('10 GETs', floor, '/gets/10', tens),
    call('100 GETs', floor, '/gets/100', hundreds),
    call('one GET of 1 MiB', floor, '/gets/1', mib),
    call('update in step', lockstep, '/admission/template', one),
    call('scale-up in step', lockstep, '/admission/scale', scaleUp),
    call('ceiling', lockstep, '/admission/ceiling', ceiling),
    call('update, 10 sources', lockstep, '/admission/template', tens),
    call('update, 100 sources', lockstep, '/admission/template', hundreds),
    call('update of 1 MiB', lockstep, '/admission/template', mib),
    call(
      'drifted (dry run)',
      lockstep,
      '/admission/template',
      reviewOf({ ...dryRun, object: drifted, oldObject: drifted }),
    ),
    call('pepr', stage.pepr, PEPR_PATH, one),
    call('pepr, 10 sources', stage.pepr, PEPR_PATH, tens),
    ...(await otherKinds(stage, call)),
    ...(await afterEdits(stage, call)),
  ];
}
