import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { isRolledOut } from '../lab/control-plane/conditions.ts';
import { eventually } from '../lab/control-plane/eventually.ts';
import { parseList } from '../lab/control-plane/objects.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';
import { CONFIG_HASH } from '../src/marks/names.ts';
import { create } from './large-cluster.ts';
import { writeResults } from './results.ts';
import { scrape } from './scrape.ts';
import { startShipped } from './shipped.ts';
import { type Storm, stormOf } from './storm.ts';

/**
 * Many calls at once: Deployments that share ConfigMaps are scaled after an edit, by people and by HPAs, and thousands of
 * pods roll. It counts the calls to the API server for each review, and looks whether all are in step at the end.
 */
const { values } = parseArgs({
  options: {
    deployments: { type: 'string', default: '200' },
    pods: { type: 'string', default: '5000' },
    out: { type: 'string' },
  },
});
const [DEPLOYMENTS, PODS] = [Number(values.deployments), Number(values.pods)];
const SOURCES = ['shared-0', 'shared-1', 'shared-2', 'shared-3'];
const MINUTE = 60_000;

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  const program = await startShipped(lockstep);
  await lockstep.register();
  const box = await lockstep.sandbox();
  const { namespace } = box;
  const folderOf = (resource: string) => `/apis/apps/v1/namespaces/${namespace}/${resource}`;
  const merge = 'application/merge-patch+json';
  const patch = (path: string, body: object) =>
    cluster.api.send(path, { method: 'PATCH', body, contentType: merge });
  const deployments = async () => parseList(await cluster.api.get(folderOf('deployments'))).items;

  /** Waits until every Deployment has so many pods, all of its present template. */
  const untilThere = (replicas: number | undefined) =>
    eventually(
      async () =>
        (await deployments()).every(
          (each) =>
            (replicas === undefined || each.spec?.replicas === replicas) && isRolledOut('deployments', each),
        ),
      { what: `all Deployments with ${replicas} pods`, timeoutMs: 10 * MINUTE, intervalMs: 500 },
    );

  /** All Deployments share their sources, so all pods have to have one hash. @throws Error if they do not */
  const checkInStep = async (pods: number): Promise<void> => {
    const { items } = parseList(await cluster.api.get(`/api/v1/namespaces/${namespace}/pods`));
    const running = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const hashes = new Set(running.map(({ metadata }) => metadata.annotations?.[CONFIG_HASH]));
    if (hashes.size !== 1 || running.length !== pods)
      throw new Error(`${running.length} pods with ${hashes.size} hashes, instead of ${pods} with one`);
  };

  const removeAll = async () => {
    await cluster.api.send(folderOf('deployments'), { method: 'DELETE' });
    const pods = () => cluster.api.get(`/api/v1/namespaces/${namespace}/pods?limit=1`);
    await eventually(async () => parseList(await pods()).items.length === 0, {
      what: 'the end of all pods',
      timeoutMs: 5 * MINUTE,
    });
  };

  const results: Storm[] = [];
  const measure = async (name: string, act: () => Promise<unknown>, done: () => Promise<unknown>) => {
    const [before, started] = [await scrape(program), performance.now()];
    await act();
    await done();
    const storm = stormOf(
      name,
      SOURCES.length,
      (performance.now() - started) / 1000,
      before,
      await scrape(program),
    );
    results.push(storm);
    process.stdout.write(`${JSON.stringify(storm)}\n`);
  };

  const podSpec = {
    containers: [
      { name: 'web', image: 'web:1', envFrom: SOURCES.map((name) => ({ configMapRef: { name } })) },
    ],
  };
  let edits = 0;
  const edit = async () => {
    edits += 1;
    for (const name of SOURCES)
      await patch(`/api/v1/namespaces/${namespace}/configmaps/${name}`, { data: { a: String(edits) } });
  };
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  await box.apply(...SOURCES.map((name) => configMap({ a: '0' }, name)));

  const many = names(DEPLOYMENTS, 'web');
  await Promise.all(many.map((name) => box.apply(web({ name, replicas: 1, podSpec }))));
  await untilThere(1);

  await measure(
    `${DEPLOYMENTS} scale-ups at once, after an edit`,
    async () => {
      await edit();
      await Promise.all(
        many.map((name) => patch(`${folderOf('deployments')}/${name}/scale`, { spec: { replicas: 2 } })),
      );
    },
    () => untilThere(2),
  );
  await checkInStep(2 * DEPLOYMENTS);

  const scalers = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
  await Promise.all(
    many.map(async (name) => {
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
      const body = { metadata: { name }, spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9 } };
      await create(cluster.api, scalers, body);
    }),
  );
  await measure(
    `${DEPLOYMENTS} HPAs scale up, after an edit`,
    async () => {
      await edit();
      await Promise.all(many.map((name) => patch(`${scalers}/${name}`, { spec: { minReplicas: 3 } })));
    },
    () => untilThere(3),
  );
  await checkInStep(3 * DEPLOYMENTS);
  await cluster.api.send(scalers, { method: 'DELETE' });
  await removeAll();

  const large = names(10, 'large');
  const each = PODS / large.length;
  await Promise.all(large.map((name) => box.apply(web({ name, replicas: each, podSpec }))));
  await untilThere(each);
  await measure(
    `${PODS} pods of ${large.length} Deployments roll, after an edit`,
    async () => {
      await edit();
      await Promise.all(
        large.map((name) =>
          patch(`${folderOf('deployments')}/${name}`, { metadata: { labels: { again: 'yes' } } }),
        ),
      );
    },
    () => untilThere(each),
  );
  await checkInStep(PODS);
  await removeAll();

  await box.apply(web({ name: 'one', replicas: 100, podSpec }));
  await untilThere(100);
  const rollOne = (image: string) => () =>
    box.kubectl(['set', 'image', 'deployment/one', `web=web:${image}`]);
  await measure('100 pods of one Deployment roll, with the ceiling', rollOne('2'), () => untilThere(100));
  await lockstep.register({ 'ceiling.enabled': 'false' });
  await measure('100 pods of one Deployment roll, without the ceiling', rollOne('3'), () => untilThere(100));
  await writeResults(values.out, { storms: results });
  await program.stop();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
