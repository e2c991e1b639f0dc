import { post, reviewOf, scaleUpOf, updateOf } from './reviews.ts';
import type { Contestant, Stage } from './stage.ts';

/** A kind of review, over a connection of its own. */
export interface BenchCall {
  readonly name: string;
  readonly to: Contestant;
  readonly path: string;
  readonly body: string;
  readonly send: () => Promise<void>;
}

/** What lockstep is compared with, and how much slower it may be. */
export interface Budget {
  readonly call: string;
  readonly floor: string;
  readonly p50?: number;
  readonly p99?: number;
}

export const BUDGETS: readonly Budget[] = [
  { call: 'update in step', floor: 'one GET', p50: 1.15, p99: 1.5 },
  { call: 'scale-up in step', floor: 'one GET', p50: 1.15, p99: 1.5 },
  { call: 'ceiling', floor: 'one GET', p50: 1.05 },
  { call: 'update, 10 sources', floor: '10 GETs', p50: 1.25 },
  { call: 'update, 100 sources', floor: '100 GETs' },
  { call: 'update of 1 MiB', floor: 'one GET of 1 MiB' },
  { call: 'drifted (dry run)', floor: 'one GET' },
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

/** The calls of all contestants, with their workloads. */
export async function makeCalls(stage: Stage): Promise<readonly BenchCall[]> {
  const { floor, lockstep, namespace } = stage;
  const call = (name: string, to: Contestant, path: string, body: string): BenchCall => {
    const client = stage.connect(to);
    return { name, to, path, body, send: () => post(client, path, body) };
  };
  const web = await stage.makeWorkload('web', 1);
  const [ten, hundred] = [await stage.makeWorkload('ten', 10), await stage.makeWorkload('hundred', 100)];
  const set = await readReplicaSet(stage);
  const one = updateOf(namespace, 'web', web);
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
    call('two GETs in a row', floor, '/two-gets', one),
    call('10 GETs', floor, '/gets/10', tens),
    call('100 GETs', floor, '/gets/100', hundreds),
    call('one GET of 1 MiB', floor, '/gets/1', mib),
    call('update in step', lockstep, '/admission/template', one),
    call('scale-up in step', lockstep, '/admission/scale', scaleUpOf(namespace, 'web')),
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
  ];
}
