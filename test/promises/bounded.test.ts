import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { HOSTILE, tinyKeys } from '../../lab/lockstep/hostile.ts';
import { attacker, crowd } from '../../lab/lockstep/hostile-reviews.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectWarning } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

/** The heap that Node gives itself in a container of 512 MiB, which is the chart's limit. Beyond it, Node ends. */
beforeAll(() => void vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=256'));
afterAll(() => void vi.unstubAllEnvs());

/** A machine that is busy with other tests may be slow. Without its limits, lockstep would not survive the attack. */
const lockstep = useLockstep({
  flags: ['--pin=on', '--deadline=25s'],
  values: { 'pin.enabled': 'true', 'webhook.timeoutSeconds': '30' },
});

const deploymentsOf = ({ namespace }: Sandbox) => `/apis/apps/v1/namespaces/${namespace}/deployments`;

/** What lockstep has logged about the reviews of a namespace. */
function reviewsOf({ namespace }: Sandbox) {
  const entries = lockstep()
    .program()
    .lines.map((line): Record<string, unknown> => JSON.parse(line));
  return entries.filter((entry) => entry['namespace'] === namespace && entry['reason'] !== undefined);
}

/** In MiB. */
async function largestMemory(): Promise<number> {
  const status = await readFile(`/proc/${lockstep().program().pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

describe('Invariant 7, checked, not believed: the work of one review is bounded', () => {
  test('while three clients send hostile reviews, the calls of another user are checked, and memory stays bounded', async () => {
    const { api } = lockstep().cluster;
    const box = await lockstep().sandbox();
    const hostile = [await lockstep().sandbox(), await lockstep().sandbox()];
    await box.apply(configMap({ a: '0' }), web());
    for (const { namespace } of hostile) {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await (await api.open(path, { method: 'POST', body: tinyKeys() })).dump();
    }
    const stop = new AbortController();
    const { attack, close } = attacker(lockstep().port);
    const users = [...hostile, ...hostile.slice(0, 1)];
    const attacks = Promise.allSettled(users.map(({ namespace }) => attack(namespace, stop.signal)));
    for (let edit = 1; edit <= 5; edit += 1) {
      const before = await box.marks();
      await box.editConfig({ a: `${edit}` });
      const body = { metadata: { annotations: { edit: `${edit}` } } };
      const contentType = 'application/merge-patch+json';
      await (await api.open(`${deploymentsOf(box)}/web`, { method: 'PATCH', body, contentType })).dump();
      expect((await box.marks()).hash).not.toBe(before.hash);
    }
    stop.abort();
    expect((await attacks).map(({ status }) => status)).toEqual(users.map(() => 'fulfilled'));
    await close();
    const unchecked = reviewsOf(box).filter(({ decision }) => decision === undefined);
    expect(unchecked.map(({ reason, err }) => [reason, err])).toEqual([]);
    expect(await largestMemory()).toBeLessThan(512);
    const reasons = new Set(hostile.flatMap(reviewsOf).map(({ reason }) => reason));
    expect(reasons).toContain('workload_too_large');
    expect(reasons).not.toContain('bug');
  });

  test('a call does not wait for the reviews that hundreds of connections of another client send', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '0' }), web());
    const connections = 300;
    const others = crowd(lockstep().port, (await lockstep().sandbox()).namespace, connections);
    try {
      await eventually(() => others.answered() >= connections, {
        timeoutMs: 90_000,
        what: 'every connection at work',
      });
      const overtaken: number[] = [];
      for (let edit = 1; edit <= 3; edit += 1) {
        const { hash } = await box.marks();
        await box.editConfig({ a: `crowd ${edit}` });
        const before = others.answered();
        const path = `/apis/apps/v1/namespaces/${box.namespace}/deployments/web`;
        const body = { metadata: { annotations: { edit: `${edit}` } } };
        const contentType = 'application/merge-patch+json';
        const { api } = lockstep().cluster;
        await (await api.open(path, { method: 'PATCH', body, contentType })).dump();
        overtaken.push(others.answered() - before);
        expect((await box.marks()).hash).not.toBe(hash);
      }
      // Without turns, each of its steps waits for a review of every connection.
      expect(Math.max(...overtaken)).toBeLessThan(connections / 3);
    } finally {
      await others.leave();
    }
  });

  test('a call beyond a limit succeeds with a warning; in a namespace that asks for it, it is denied for good', async () => {
    const allowed = await lockstep().sandbox();
    const object = { ...HOSTILE['optional sources']?.() };
    const { stderr } = await allowed.kubectl(['create', '-f', '-'], JSON.stringify(object));
    const told = 'deployment/web was not checked: it has more than 5000 references, items and mounts';
    expect(stderr).toContain(`Warning: lockstep: ${told}`);
    const denied = await lockstep().sandbox({ 'lockstep.dev/on-error': 'deny' });
    const path = `${deploymentsOf(denied)}?dryRun=All`;
    const answer = lockstep().cluster.api.open(path, { method: 'POST', body: object });
    await expect(answer).rejects.toThrow(/was answered with 403: .*was not checked.*on-error: deny"/);
  });

  test('a workload whose list was too long is checked again when the list is shorter', async () => {
    const box = await lockstep().sandbox();
    const ignore = (count: number) => ({
      'lockstep.dev/ignore': Array.from({ length: count }, (_, i) => `configmap/other${i}`).join(','),
    });
    await box.apply(configMap({ a: '0' }), web({ annotations: ignore(100) }));
    const { hash } = await box.marks();
    const longer = async () => {
      const { stderr } = await box.apply(web({ annotations: ignore(101) }));
      expect(stderr).toContain('lockstep.dev/ignore lists more than 100 entries');
    };
    await longer();
    await box.apply(web({ annotations: ignore(99) }));
    expect((await box.marks()).hash).toBe(hash);
    await box.untilRolledOut();
    await longer();
    await laterSecond();
    await box.editConfig({ a: '1' });
    const { stderr } = await box.apply(web({ annotations: ignore(98) }));
    expect(stderr).toContain(
      'pods of deployment/web may hold different versions of configmap/app: all roll once',
    );
    expect((await box.marks()).hash).not.toBe(hash);
  });

  test('a name that no object can have counts as absent, and the workload is kept in step', async () => {
    const box = await lockstep().sandbox({ 'lockstep.dev/pin': 'enabled' });
    await box.apply(configMap({ a: '0' }));
    const odd = ['..', '.', 'a/b', 'A_B', 'app?x=1', 'é', 'a'.repeat(300)];
    // The API server checks the names in env and envFrom, and not those of volumes.
    const volumes = odd.map((name, i) => ({ name: `v${i}`, configMap: { name, optional: true } }));
    const envFrom = [{ configMapRef: { name: 'app' } }];
    const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }], volumes };
    const { stderr } = await box.apply(web({ podSpec }));
    expect(stderr).not.toContain('not checked');
    const first = await box.marks();
    expect(JSON.parse(first.sources ?? '')).toMatchObject(
      Object.fromEntries(odd.map((name) => [`configmap/${name}`, 'absent'])),
    );
    await box.untilRolledOut();
    await box.editConfig({ a: '1' });
    const scaled = await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
    expect(scaled.stderr).toContain('configmap/app changed: all pods of deployment/web roll');
    expect((await box.marks()).hash).not.toBe(first.hash);
  });

  test('of the warnings of one call, the API server passes on those that fit, and the number of the others', async () => {
    const box = await lockstep().sandbox({ 'lockstep.dev/pin': 'enabled' });
    const envFrom = Array.from({ length: 200 }, (_, i) => ({
      configMapRef: { name: `missing-${i}` },
    }));
    const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
    const told = await box.apply(web({ replicas: 0, podSpec }));
    const lines = told.stderr.split('\n').filter((line) => line.startsWith('Warning: lockstep: '));
    expect(lines.length).toBeGreaterThan(20);
    expectWarning(told, `${200 - lines.length + 1} more warnings`);
  });
});
