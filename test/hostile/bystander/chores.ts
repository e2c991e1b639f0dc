import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseJson } from '../../../src/json.ts';
import { BASELINE, CONFIG_HASH } from '../../../src/marks/names.ts';
import { type Answer, JSON_PATCH, MERGE_PATCH } from '../../kit/caller.ts';
import { undoPatch } from '../../kit/undo.ts';
import { pathOf } from '../attack/tenant.ts';
import type { BystanderCall } from '../checker/bystander-calls.ts';
import { asDeployment, asReplicaSets, asTemplateAnnotations } from '../wire.ts';
import type { HouseholdOptions } from './household.ts';
import {
  appObject,
  type Config,
  dbObject,
  leftObject,
  leftoverName,
  refusedObject,
  stateOf,
  webObject,
} from './manifests.ts';

/** What a household does, and how often, relative to the others. */
export const OPERATIONS = {
  'edit app': 6,
  'edit db': 3,
  scale: 6,
  'set image': 2,
  apply: 3,
  annotate: 3,
  undo: 2,
  'leave over': 1,
  'make anew': 1,
} as const;
export type Operation = keyof typeof OPERATIONS;

type Report = (what: string, answer: Answer, more?: Partial<BystanderCall>) => void;

/** The config hash of a Deployment's pods. A baseline counts before the template's own record. */
function hashIn(object: unknown): string | undefined {
  const baseline = parseJson(asDeployment(object)?.metadata.annotations?.[BASELINE]);
  if (asHashed.Check(baseline)) return baseline.hash;
  return asTemplateAnnotations(object)?.[CONFIG_HASH];
}
const asHashed = Compile(Type.Object({ hash: Type.String() }));
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

/** The work of a household, one call after the other, so that what each must come to is known. */
export function chores({ namespace, pinned, call, onConfig, onLeftover }: HouseholdOptions, report: Report) {
  const configmaps = pathOf(namespace, 'configmaps');
  const secrets = pathOf(namespace, 'secrets');
  const deployments = pathOf(namespace, 'deployments');
  const web = `${deployments}/web`;
  let config: Config = { app: 0, db: 0 };
  let [image, replicas, left, notes] = [0, 2, 0, 0];
  /** The hash that an undo brought back, until an edit. */
  let held: string | undefined;
  let missing = false;

  function liveHash(): string {
    const { hash } = stateOf(namespace, config);
    onConfig(hash, config);
    return hash;
  }
  /** A write of the Deployment after which its template must have the hash of today's configuration. */
  function reviewed(what: string, answer: Answer, body: unknown = answer.body): void {
    const expected = held === undefined ? [liveHash()] : [held, liveHash()];
    report(what, answer, { reviewed: true, hash: { expected, found: hashIn(body) } });
  }
  async function edit(what: 'app' | 'db' | 'left'): Promise<void> {
    if (what === 'left') left += 1;
    else config = { ...config, [what]: config[what] + 1 };
    held = undefined;
    liveHash();
    const object = { app: appObject(config.app), db: dbObject(namespace, config.db), left: leftObject(left) }[
      what
    ];
    const folder = what === 'db' ? secrets : configmaps;
    report(`edit ${what}`, await call('PATCH', `${folder}/${what}`, { data: object.data }, MERGE_PATCH));
  }
  async function create(): Promise<void> {
    const answer = await call('POST', deployments, webObject(`web:${image}`, replicas));
    missing = answer.status >= 300;
    reviewed('create web', answer);
  }
  async function scale(to: number): Promise<void> {
    const grows = to > replicas;
    const answer = await call('PATCH', `${web}/scale`, { spec: { replicas: to } }, MERGE_PATCH);
    if (answer.status < 300) replicas = to;
    if (grows) reviewed(`scale up to ${to}`, answer, (await call('GET', web)).body);
    else report(`scale down to ${to}`, answer);
  }
  /** What an undo brought back stays until an edit, which follows at once: then what is expected is plain. */
  async function undo(): Promise<void> {
    const [now, sets] = [await call('GET', web), await call('GET', pathOf(namespace, 'replicasets'))];
    const patch = undoPatch(asDeployment(now.body), asReplicaSets(sets.body), 1);
    if (!patch?.[0]) return;
    const brought = hashIn({ spec: { template: Reflect.get(patch[0], 'value') } });
    const answer = await call('PATCH', web, patch, JSON_PATCH);
    held = pinned ? brought : undefined;
    reviewed('undo', answer);
    await edit('app');
  }
  /** The API server refuses a Deployment after lockstep has made a copy for it. */
  async function leaveOver(): Promise<void> {
    if (!pinned) return;
    await edit('left');
    report('create refused', await call('POST', deployments, refusedObject()), {
      expected: 422,
      reviewed: true,
    });
    const made = await call('GET', `${configmaps}/${leftoverName(left)}`);
    if (made.status === 200) onLeftover(leftoverName(left));
  }
  const patchWeb = (body: object, type: string, query = '') => call('PATCH', `${web}${query}`, body, type);

  const perform: Readonly<Record<Operation, (to: number) => Promise<void>>> = {
    'edit app': () => edit('app'),
    'edit db': () => edit('db'),
    scale,
    async 'set image'() {
      image += 1;
      const containers = [{ name: 'web', image: `web:${image}` }];
      reviewed('set image', await patchWeb({ spec: { template: { spec: { containers } } } }, STRATEGIC));
    },
    async apply() {
      const object = webObject(`web:${image}`, replicas);
      reviewed('apply', await patchWeb(object, APPLY, '?fieldManager=innocent&force=true'));
    },
    async annotate() {
      notes += 1;
      reviewed('annotate', await patchWeb({ metadata: { annotations: { note: `${notes}` } } }, MERGE_PATCH));
    },
    undo,
    'leave over': leaveOver,
    async 'make anew'() {
      report('delete web', await call('DELETE', `${web}?propagationPolicy=Background`));
      await create();
    },
  };

  return {
    /** Creates the objects from before the first operation. */
    async settle(): Promise<void> {
      report('create app', await call('POST', configmaps, appObject(config.app)));
      report('create db', await call('POST', secrets, dbObject(namespace, config.db)));
      report('create left', await call('POST', configmaps, leftObject(left)));
      await create();
      // So that each run has a copy to sweep.
      await leaveOver();
    },
    /** Creates the Deployment again, if that was refused: one fault must not bring the next. */
    async repair(): Promise<void> {
      if (missing) await create();
    },
    perform: (name: Operation, to: number): Promise<void> => perform[name](to),
  };
}
