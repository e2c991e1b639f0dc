import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { list } from '../../lab/lockstep/manifests.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { leftoversIn, untilGone, untilSwept } from './unowned-copies.ts';

/** The chart's Lease. */
const LEASE = { namespace: 'lockstep', name: 'lockstep' };
const lockstep = useLockstep({ register: false, values: { 'pin.enabled': 'true' } });

const checkLease = Compile(
  Type.Object({ spec: Type.Optional(Type.Object({ holderIdentity: Type.Optional(Type.String()) })) }),
);

let running: Program[] = [];
let box: Sandbox;

const deleteLease = () =>
  lockstep().cluster.kubectlOk(['delete', 'lease', LEASE.name, '-n', LEASE.namespace]);
const makeLease = () => {
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: LEASE };
  return lockstep().cluster.kubectlOk(['apply', '-f', '-'], { input: list(lease) });
};

beforeAll(async () => {
  box = await lockstep().sandbox();
});
afterEach(async () => {
  await Promise.all(running.map((program) => program.stop('SIGKILL')));
  running = [];
  // Otherwise the next test would wait for the lease of a holder that is gone.
  await deleteLease();
  await makeLease();
});

async function startReplica(): Promise<Program> {
  const flags = ['--pin=on', '--pin-grace=1s', `--lease=${LEASE.namespace}/${LEASE.name}`];
  const program = await startProgram([...(await lockstep().programFlags(await freePort())), ...flags]);
  running.push(program);
  return program;
}

async function holder(): Promise<string> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${LEASE.namespace}/leases/${LEASE.name}`;
  return checkLease.Parse(await lockstep().cluster.api.get(path)).spec?.holderIdentity ?? '';
}

/** The replica that says that it leads, which the Lease confirms. */
const leader = () =>
  eventually(
    async () => {
      const identity = await holder();
      return (
        running.find(({ lines }) =>
          lines.some((line) => line.includes(`"identity":"${identity}","msg":"became leader"`)),
        ) ?? false
      );
    },
    { what: 'a leader', timeoutMs: 60_000 },
  );

const listCalls = (program: Program) =>
  program.metric('lockstep_api_requests_total', { verb: 'list', resource: 'configmaps' });

test('one of two replicas sweeps; the other takes over at once when it ends, and after a while when it is killed', async () => {
  const replicas = [await startReplica(), await startReplica()];
  const first = await leader();
  await untilSwept(box);
  const second = replicas.find((program) => program !== first);
  if (!second) throw new Error('no other replica');
  expect(await listCalls(second)).toBe(0);

  const identity = await holder();
  expect(await first.stop()).toBe(0);
  // Another replica could not have taken it yet without its release.
  expect(await holder()).not.toBe(identity);
  running = [second];
  expect(await leader()).toBe(second);

  const third = await startReplica();
  await second.stop('SIGKILL');
  await box.apply((await leftoversIn(box))('app'));
  await untilGone(box, 'app');
  expect(await leader()).toBe(third);
});

test('without its Lease a replica does not sweep and says what is missing, until the Lease exists', async () => {
  await deleteLease();
  const replica = await startReplica();
  const missing = `--lease: there is no Lease ${LEASE.namespace}/${LEASE.name}`;
  await eventually(() => replica.lines.some((line) => line.includes(missing)), { what: 'the complaint' });
  expect(await listCalls(replica)).toBe(0);
  await makeLease();
  await untilSwept(box);
  expect(replica.lines.filter((line) => line.includes(missing))).toHaveLength(1);
});
