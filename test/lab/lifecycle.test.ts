import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPrograms } from '../../lab/control-plane/binaries.ts';
import { startCluster, withKeeper } from '../../lab/control-plane/cluster.ts';
import { fakeClusterPrograms } from '../../lab/control-plane/programs.ts';
import { allGone, pidsIn, untilRunning } from '../../lab/control-plane/remains.ts';
import { watchConfigMaps } from '../../lab/control-plane/watch.ts';

const main = join(import.meta.dirname, '..', '..', 'lab', 'control-plane', 'main.ts');
const COMPONENTS = ['etcd', 'keeper', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];

describe('nothing is left behind', () => {
  test('when the process that owns the cluster is killed', async () => {
    const owner = await untilRunning(
      spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    expect([...owner.pids.keys()].sort()).toEqual(COMPONENTS);

    owner.child.kill('SIGKILL');

    await allGone(owner);
  });

  test('when `npm run cluster` gets a Ctrl-C, and it exits with 0', async () => {
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const owner = await untilRunning(
      spawn('npm', ['run', '--silent', 'cluster'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, PATH: path },
        detached: true,
      }),
    );
    const exit = once(owner.child, 'exit');

    // A terminal sends it to every process in the foreground, including npm.
    if (owner.child.pid !== undefined) process.kill(-owner.child.pid, 'SIGINT');

    expect(await exit).toEqual([0, null]);
    expect(existsSync(owner.dir)).toBe(false);
    await allGone(owner);
  });

  test('when the keeper itself is killed', async () => {
    const cluster = await startCluster();
    const pids = await pidsIn(cluster.dir);

    process.kill(pids.get('keeper') ?? Number.NaN, 'SIGKILL');

    await expect(cluster.failure).rejects.toThrow('the keeper was killed');
    await allGone({ dir: cluster.dir, pids });
  });

  test('when a component cannot start, and the error has its output', async () => {
    const programs = await findPrograms(fakeClusterPrograms);
    const { helm } = programs;
    const error = await startCluster({ programs: { ...programs, etcd: helm } }).catch(
      (caught: unknown) => caught,
    );

    expect(String(error)).toMatch(
      /etcd ended \(exit code 1\)\. The end of its log:\n.*unknown flag: --data-dir/s,
    );
    const [, dir] = /(\/\S*lockstep-cluster-\w+)/.exec(String(error)) ?? [];
    expect(dir === undefined || !existsSync(dir)).toBe(true);
  });

  test('when the boot is aborted', async () => {
    const programs = await findPrograms(fakeClusterPrograms);
    const abort = new AbortController();
    const booting = startCluster({ programs, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('called off')), 500);

    await expect(booting).rejects.toThrow('called off');
  });

  test('when the boot is aborted, and fails because of that: the error is the reason', async () => {
    const abort = new AbortController();
    const booting = withKeeper(abort.signal, async () => {
      abort.abort(new Error('called off'));
      throw new Error('ENOENT');
    });
    await expect(booting).rejects.toThrow('called off');
  });
});

test('a boot that is aborted before it begins does not begin', async () => {
  const abort = new AbortController();
  const booting = withKeeper(abort.signal, async () => 'booted');
  abort.abort(new Error('called off'));
  await expect(booting).rejects.toThrow('called off');
});

describe('a cluster', () => {
  test('keeps its data and its address when the API server restarts, and a watch goes on', async () => {
    const cluster = await startCluster();
    try {
      const configMaps = await watchConfigMaps(cluster, 'default');
      await cluster.kubectlOk(['create', 'configmap', 'before', '--from-literal=a=1']);

      let whileDown: number | undefined;
      await cluster.restartApiServer(async () => {
        whileDown = (await cluster.kubectl(['get', 'configmap', 'before'])).exitCode;
      });
      await cluster.kubectlOk(['get', 'configmap', 'before']);
      await cluster.kubectlOk(['create', 'configmap', 'after', '--from-literal=a=1']);
      await configMaps.until(
        (events) => events.some(({ name }) => name === 'after'),
        20_000,
        'the ConfigMap',
      );

      expect(whileDown).toBe(1);
      expect(
        configMaps.events.filter(({ name, type }) => name === 'before' && type === 'ADDED'),
      ).toHaveLength(1);
      await configMaps.stop();
    } finally {
      await cluster.stop();
    }
  });

  test('says so when a component dies', async () => {
    const cluster = await startCluster();
    try {
      process.kill((await pidsIn(cluster.dir)).get('kube-scheduler') ?? Number.NaN, 'SIGKILL');

      await expect(cluster.failure).rejects.toThrow(/kube-scheduler ended \(SIGKILL\)/);
    } finally {
      await cluster.stop();
    }
  });
});
