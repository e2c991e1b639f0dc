import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

/**
 * What tools send if a ConfigMap has changed and nothing else, and what lockstep makes of it. docs/gitops.md has the
 * table.
 */
const lockstep = useLockstep({
  flags: ['--edit=on', '--edit-settle=100ms', '--edit-rest=0s'],
  values: { 'edit.enabled': 'true' },
});

/** As without `edit.enabled`: a call must come. */
const BY_CALLS = { 'lockstep.dev/roll-on': 'create,update,scale' };

/** The manifests of an app, as they stand in Git. */
const app = (a: string, annotations = {}) => list(configMap({ a }), web({ annotations }));

const CLIENT_SIDE = ['apply', '-f', '-'];
const SERVER_SIDE = ['apply', '--server-side', '--field-manager=gitops', '-f', '-'];

async function deployed(way: readonly string[], annotations = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.kubectl(way, app('1', annotations));
  await box.untilRolledOut();
  return box;
}

const untilRolled = (box: Sandbox, hash: string | undefined) =>
  eventually(async () => (await box.marks()).hash !== hash, { what: 'the rollout after the edit' });

test('Argo CD’s default and kubectl apply send no unchanged Deployment: it rolls after the edit, or not at all', async () => {
  const [byCalls, byEdits] = await Promise.all([deployed(CLIENT_SIDE, BY_CALLS), deployed(CLIENT_SIDE)]);
  const before = [await byCalls.marks(), await byEdits.marks()];
  const sent = await Promise.all([
    byCalls.kubectl(CLIENT_SIDE, app('2', BY_CALLS)),
    byEdits.kubectl(CLIENT_SIDE, app('2')),
  ]);
  for (const { stdout } of sent)
    expect(stdout).toMatch(/configmap\/app configured\ndeployment.apps\/web unchanged/);
  await untilRolled(byEdits, before[1]?.hash);
  expect(await byCalls.marks()).toEqual(before[0]);
  // The next synchronisation finds nothing to do, and takes nothing back.
  const after = await byEdits.marks();
  const again = await byEdits.kubectl(CLIENT_SIDE, app('2'));
  expect(again.stdout).toMatch(/deployment.apps\/web unchanged/);
  expect(await byEdits.marks()).toEqual(after);
});

test('a server-side apply sends the Deployment, and it rolls at this call', async () => {
  const box = await deployed(SERVER_SIDE, BY_CALLS);
  const { hash } = await box.marks();
  const { stderr } = await box.kubectl(SERVER_SIDE, app('2', BY_CALLS));
  expect(stderr).toContain('configmap/app changed: all pods of deployment/web roll');
  expect((await box.marks()).hash).not.toBe(hash);
});

/** The config hash that a server-side apply of the manifests would leave, as Flux asks before it applies. */
async function hashAfter(box: Sandbox, manifests: string): Promise<unknown> {
  const dryRun = [...SERVER_SIDE, '--dry-run=server', '-o', 'json'];
  const { items } = JSON.parse((await box.kubectl(dryRun, manifests)).stdout);
  const found = items.find(({ kind }: { kind: string }) => kind === 'Deployment');
  return found.spec.template.metadata.annotations[CONFIG_HASH];
}

test('Flux’s comparison by a dry run sees that a Deployment has drifted, and nothing after its rollout', async () => {
  const [byCalls, byEdits] = await Promise.all([deployed(SERVER_SIDE, BY_CALLS), deployed(SERVER_SIDE)]);
  const before = [await byCalls.marks(), await byEdits.marks()];
  await Promise.all([byCalls.editConfig({ a: '2' }), byEdits.editConfig({ a: '2' })]);
  // The live ConfigMap decides, whatever the manifest in the same dry run says.
  expect(await hashAfter(byCalls, app('2', BY_CALLS))).not.toBe(before[0]?.hash);
  await untilRolled(byEdits, before[1]?.hash);
  const { hash } = await byEdits.marks();
  expect(await hashAfter(byEdits, app('2'))).toBe(hash);
});

/** A chart of these manifests. */
async function writeChart(folder: string): Promise<void> {
  await mkdir(join(folder, 'templates'));
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 1.0.0\n');
  const source = JSON.stringify(configMap({ a: '{{ .Values.a }}' }));
  const workload = JSON.stringify(web({ annotations: BY_CALLS }));
  await writeFile(join(folder, 'templates/app.yaml'), `${source}\n---\n${workload}\n`);
}

test('Helm 3 sends no unchanged Deployment, and Helm 4 does', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-gitops-'));
  await writeChart(folder.path);
  const rolled = async (serverSide: boolean): Promise<boolean> => {
    const box = await lockstep().sandbox();
    const release = (a: string) =>
      lockstep().cluster.helmOk([
        ...[
          'upgrade',
          '--install',
          'app',
          folder.path,
          '--namespace',
          box.namespace,
          '--set-string',
          `a=${a}`,
        ],
        ...['--server-side', String(serverSide)],
      ]);
    await release('1');
    const { hash } = await box.marks();
    await release('2');
    return (await box.marks()).hash !== hash;
  };
  expect(await Promise.all([rolled(false), rolled(true)])).toEqual([false, true]);
});
