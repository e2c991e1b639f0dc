import { chmod, mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPrograms } from '../../../lab/control-plane/binaries.ts';
import { build } from '../../../lab/control-plane/build.ts';
import { eventually } from '../../../lab/control-plane/eventually.ts';
import { hostPlatform } from '../../../lab/control-plane/go.ts';
import { readModule, versionFlags } from '../../../lab/control-plane/modules.ts';
import { fakeClusterPrograms, sources, variableOf } from '../../../lab/control-plane/programs.ts';
import type { Progress } from '../../../lab/control-plane/progress.ts';

const KWOK = sources.kwok.package;
const silent: Progress = { begin: () => () => undefined };
const emptyFolder = () => mkdtempDisposable(join(tmpdir(), 'lockstep-binaries-'));

async function program(dir: string, name: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

describe('a program is found', () => {
  test('at the user’s path first, then in KUBEBUILDER_ASSETS, then among built programs', async () => {
    await using folder = await emptyFolder();
    const own = await program(folder.path, 'my-kubectl');
    const etcd = await program(folder.path, 'etcd');
    await program(folder.path, 'kubectl');
    const others = fakeClusterPrograms.filter((name) => name !== 'etcd' && name !== 'kubectl');
    const env = Object.fromEntries(others.map((name) => [variableOf(name), process.execPath]));

    const found = await findPrograms(fakeClusterPrograms, {
      env: { ...env, LOCKSTEP_KUBECTL: own, KUBEBUILDER_ASSETS: folder.path },
      progress: silent,
    });

    expect(found.kubectl).toBe(own);
    expect(found.etcd).toBe(etcd);
    expect(found['kube-apiserver']).toBe(process.execPath);
  });

  test('never elsewhere if the user’s path is wrong', async () => {
    await expect(
      findPrograms(['kwok'], { env: { LOCKSTEP_KWOK: '/nowhere/kwok' }, progress: silent }),
    ).rejects.toThrow('LOCKSTEP_KWOK names /nowhere/kwok, which is not an executable file');
  });
});

test('only if it is asked for', async () => {
  await using empty = await emptyFolder();
  const env = { LOCKSTEP_KUBECTL: process.execPath, PATH: empty.path, LOCKSTEP_CACHE_DIR: empty.path };
  expect(await findPrograms(['kubectl'], { env, progress: silent })).toEqual({ kubectl: process.execPath });
});

describe('without Go', () => {
  test('a program that was built from the same pins is used', async () => {
    await using cache = await emptyFolder();
    const { digest } = await readModule('kwok');
    const built = join(cache.path, `kwok-${digest}-go1.0-${hostPlatform()}`);
    await mkdir(built);
    const kwok = await program(built, 'kwok');
    const others = fakeClusterPrograms.filter((name) => name !== 'kwok');
    const named = Object.fromEntries(others.map((name) => [variableOf(name), process.execPath]));
    const env = { ...named, PATH: cache.path, LOCKSTEP_CACHE_DIR: cache.path };

    expect((await findPrograms(fakeClusterPrograms, { env, progress: silent })).kwok).toBe(kwok);
  });

  test('a missing program is named, with what to install or set', async () => {
    await using empty = await emptyFolder();
    const env = { LOCKSTEP_KUBECTL: process.execPath, PATH: empty.path, LOCKSTEP_CACHE_DIR: empty.path };
    const error = await findPrograms(fakeClusterPrograms, { env, progress: silent }).catch(String);

    expect(error).toMatch(/needs etcd, kube-apiserver, .*helm, kwok, and Go is not installed/);
    expect(error).toContain('LOCKSTEP_KUBE_APISERVER=/path/to/kube-apiserver');
    expect(error).not.toContain('LOCKSTEP_KUBECTL');
  });
});

describe('a build', () => {
  test('that is interrupted leaves nothing in the cache', async () => {
    await using cache = await emptyFolder();
    const abort = new AbortController();
    const module = await readModule('kwok');
    const folder = join(cache.path, 'kwok');
    const request = { program: 'kwok', package: KWOK, module, folder, progress: silent };
    const calledOff = expect(build({ ...request, signal: abort.signal })).rejects.toThrow('called off');
    await eventually(
      async () => (await readdir(cache.path, { recursive: true })).some((file) => file.endsWith('go.log')),
      { what: 'the start of Go' },
    );
    abort.abort(new Error('called off'));

    await calledOff;
    expect(await readdir(cache.path)).toEqual([]);
  });

  test('that fails shows Go’s output, and leaves nothing in the cache', async () => {
    await using cache = await emptyFolder();
    await using empty = await emptyFolder();
    const module = { ...(await readModule('kwok')), dir: empty.path };

    const folder = join(cache.path, 'kwok');
    const request = { program: 'kwok', package: KWOK, module, folder, progress: silent };
    await expect(build(request)).rejects.toThrow(
      /go could not build kwok \(exit code 1\)[\s\S]*(go\.mod|package)/,
    );
    expect(await readdir(cache.path)).toEqual([]);
  });
});

describe("Kubernetes' version", () => {
  test('is the one that its go.mod pins', async () => {
    const goMod = 'require (\n\tk8s.io/kubectl v0.99.0 // indirect\n\tk8s.io/kubernetes v1.99.2\n)\n';
    const variable = 'k8s.io/component-base/version';

    expect(versionFlags(goMod)).toEqual([
      `-X ${variable}.gitVersion=v1.99.2`,
      `-X ${variable}.gitMajor=1`,
      `-X ${variable}.gitMinor=99`,
    ]);
    expect((await readModule('kubernetes')).ldflags).toMatch(/gitVersion=v1\.\d+\.\d+/);
  });

  test('is not passed to other modules', async () => {
    expect((await readModule('helm')).ldflags).toBe('-s -w');
  });
});
