import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { render, type Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { nameOf, type Right, rightsOf } from '../kit/chart/rights.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type BareProgram, startBare } from './rights/bare-program.ts';
import { type Granted, grant } from './rights/grant.ts';

const SELF_MANAGED: Values = { webhook: { url: 'https://127.0.0.1:9443' } };
const CONFIGURATION = 'mutatingwebhookconfiguration/lockstep';
const SECRET = 'secret/lockstep-certificates';

const rendered = await objects(SELF_MANAGED);
const roles: readonly Granted[] = [
  { kind: 'clusterrole', rights: rightsOf(rendered.of('ClusterRole').rules ?? []) },
  { kind: 'role', rights: rightsOf(rendered.of('Role').rules ?? []) },
];
/** The rights that only certificates need. rights.test.ts has the others. */
const cases = roles.flatMap((role) =>
  role.rights.flatMap((right) => (right.names.length > 0 ? [[nameOf(right), role, right] as const] : [])),
);

const kubectl = (...args: readonly string[]) => useCluster().kubectlOk(['-n', 'lockstep', ...args]);

async function applyChart(): Promise<void> {
  await useCluster().kubectlOk(['apply', '-f', '-'], { input: await render(SELF_MANAGED) });
}

/** The caBundle of each webhook. */
async function caBundles(): Promise<readonly string[]> {
  const path = '{range .webhooks[*]}[{.clientConfig.caBundle}]{end}';
  const { stdout } = await kubectl('get', CONFIGURATION, '-o', `jsonpath=${path}`);
  return [...stdout.matchAll(/\[(.*?)\]/g)].map(([, caBundle = '']) => caBundle);
}

/** The metric with which lockstep counts a call that the API server refused. */
const refusal = ({ verb, resource }: Right) =>
  new RegExp(`^lockstep_api_\\w+\\{(?=.*verb="${verb}")(?=.*resource="${resource}")(?=.*outcome="403")`, 'm');

describe('each right for certificates', () => {
  let program: BareProgram;
  let kubeconfig: string;

  beforeAll(async () => {
    await useCluster().kubectl(['create', 'namespace', 'lockstep']);
    await applyChart();
    kubeconfig = await useCluster().kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' });
  });
  beforeEach(async () => {
    // Removes what an earlier test has filled in.
    await kubectl('delete', '--ignore-not-found', CONFIGURATION, SECRET);
    await applyChart();
  });
  afterEach(() => program?.stop());
  afterAll(async () => {
    for (const role of roles) await grant(role);
    await kubectl('delete', '--ignore-not-found', CONFIGURATION);
  });

  test('is for one object alone', () => {
    expect(cases.map(([name]) => name).sort()).toEqual([
      'get mutatingwebhookconfigurations/lockstep',
      'get secrets/lockstep-certificates',
      'patch mutatingwebhookconfigurations/lockstep',
      'patch secrets/lockstep-certificates',
    ]);
  });

  test.each(cases)('is needed: %s', async (_, role, right) => {
    await grant(role, right);
    program = await startBare([
      `--kubeconfig=${kubeconfig}`,
      '--certificates=self-managed',
      '--certificate-secret=lockstep/lockstep-certificates',
      '--certificate-names=localhost',
      '--webhook-configuration=lockstep',
    ]);

    await eventually(async () => expect(await program.metrics()).toMatch(refusal(right)));
    expect(await program.ready()).toBe(503);
    expect(new Set(await caBundles())).toEqual(new Set(['']));

    await grant(role);
    await eventually(async () => (await program.ready()) === 200, { what: 'lockstep getting ready' });
    expect(await caBundles()).not.toContain('');
  });
});
