import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { setUp } from '../../lab/lockstep/lockstep.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { addedRights, grantedRights } from '../kit/chart/granted.ts';
import { nameOf, type Right, rulesOf } from '../kit/chart/rights.ts';
import { writeKeyFile } from '../kit/secret-keys.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { OUTSIDE } from './variants.ts';

/** Of the accounts, their roles and their Leases. */
const HOME = 'rights-of-edit';
const WITH_SECRETS = { ...OUTSIDE, secrets: { enabled: true } };
const EDIT = { edit: { enabled: true, secrets: 'watch' } };

const all = await grantedRights({ ...WITH_SECRETS, ...EDIT });
const added = await addedRights(WITH_SECRETS, EDIT);
const isOfLease = ({ resource }: Right) => resource === 'leases';
const without = (i: number): string => `without-${i}`;

/** All rights but one. Several roles may grant the same. */
const allBut = (one: Right) => all.filter((right) => nameOf(right) !== nameOf(one));

/** An account of its own, with these rights and a Lease. Each program has one, so that they run at the same time. */
function accountWith(name: string, rights: readonly Right[]): readonly object[] {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const subjects = [{ kind: 'ServiceAccount', namespace: HOME, name }];
  const grant = (kind: 'Role' | 'ClusterRole', granted: readonly Right[]) => {
    const metadata = {
      labels: { 'part-of': HOME },
      name: `${HOME}-${name}`,
      ...(kind === 'Role' && { namespace: HOME }),
    };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name };
    return [
      { ...rbac, kind, metadata, rules: rulesOf(granted) },
      { ...rbac, kind: `${kind}Binding`, metadata, roleRef, subjects },
    ];
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: HOME } },
    ...grant(
      'ClusterRole',
      rights.filter((right) => !isOfLease(right)),
    ),
    ...grant(
      'Role',
      rights.filter(isOfLease).map((right) => ({ ...right, names: [name] })),
    ),
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: HOME } },
  ];
}

/** Waits until lockstep says which right it lacks, and counts it. It stays ready for the calls of users. */
async function untilItComplains({ right, program }: { readonly right: Right; readonly program: Program }) {
  const { verb, resource } = right;
  const text = `the API server answered 403 to ${verb} ${resource}: lockstep lacks that right`;
  await eventually(() => program.lines.some((line) => line.includes(text)), {
    what: `the error: ${text}`,
    timeoutMs: 90_000,
  });
  const metric = isOfLease(right) ? 'lockstep_lease_errors_total' : 'lockstep_edit_errors_total';
  expect(await program.total(metric), nameOf(right)).toBeGreaterThan(0);
  expect((await fetch(`http://127.0.0.1:${program.adminPort}/readyz`)).status, nameOf(right)).toBe(200);
}

const rolloutsBy = (program: Program) => program.metric('lockstep_edit_rollouts_total', { event: 'started' });

describe('each right that rollouts after edits add', () => {
  let folder: string;
  let box: Sandbox;
  let flags: readonly string[];
  const programs: Program[] = [];

  async function start(name: string): Promise<Program> {
    const kubeconfig = await useCluster().kubeconfigFor({ namespace: HOME, name });
    const program = await startProgram([...flags, `--kubeconfig=${kubeconfig}`, `--lease=${HOME}/${name}`]);
    programs.push(program);
    return program;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-rights-of-edit-'));
    await setUp(useCluster(), folder);
    // Sent as requests: eight programs start beside this, and a process of kubectl takes seconds then.
    box = await sandbox(useCluster(), {}, DEPLOYMENT, true);
    flags = [
      ...(await writeKeyFile(folder)),
      ...['--host=127.0.0.1', '--port=0', `--tls-cert-file=${folder}/tls.crt`],
      ...[`--tls-private-key-file=${folder}/tls.key`, `--namespaces=${box.namespace}`],
      ...['--edit=on', '--edit-secrets=watch', '--edit-settle=100ms'],
    ];
    await box.apply(
      configMap({ a: '1' }),
      secret({ p: '1' }),
      web({ podSpec: { volumes: [{ name: 'db', secret: { secretName: 'db' } }] } }),
    );
    const accounts = added.flatMap((right, i) => accountWith(without(i), allBut(right)));
    const full = accountWith('with-all', all);
    const items = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } }, ...accounts, ...full];
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await useCluster().kubectlOk(['apply', '-f', '-'], { input });
  });
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.stop('SIGKILL')));
    await useCluster().kubectl(['delete', 'clusterrole,clusterrolebinding', '-l', `part-of=${HOME}`]);
    await useCluster().kubectl(['delete', 'namespace', HOME, '--wait=false']);
    await rm(folder, { recursive: true, force: true });
  });

  test('is one of these', () => {
    expect(added.map(nameOf).toSorted()).toEqual([
      'get leases/lockstep',
      'patch leases/lockstep',
      'watch configmaps',
      'watch daemonsets',
      'watch deployments',
      'watch secrets',
      'watch statefulsets',
    ]);
  });

  test('is needed, and the log names it while it is missing', async () => {
    const lacking = await Promise.all(
      added.map(async (right, i) => ({ right, program: await start(without(i)) })),
    );
    await Promise.all(lacking.map(untilItComplains));
    // One that has all rights starts later, and only it acts.
    const full = await start('with-all');
    await eventually(
      async () => {
        const patch = JSON.stringify({ stringData: { p: randomUUID() } });
        await box.kubectl(['patch', 'secret/db', `--patch=${patch}`]);
        return (await rolloutsBy(full)) > 0;
      },
      { what: 'the rollout after an edit', intervalMs: 500, timeoutMs: 90_000 },
    );
    const rollouts = await Promise.all(
      lacking.map(async (each) => [nameOf(each.right), await rolloutsBy(each.program)]),
    );
    expect(rollouts).toEqual(added.map((right) => [nameOf(right), 0]));
  });
});
