import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { archiveOf, sha256 } from '../../release/archive.ts';
import { archiveName, krewManifest } from '../../release/krew/manifest.ts';
import { ownPlatform, PLATFORMS, platformOf } from '../../release/platforms.ts';

const sums = Object.fromEntries(
  PLATFORMS.map((platform) => [archiveName(platform), sha256(Buffer.from(platform.name))]),
);
const release = {
  version: '1.2.3',
  url: 'https://example.com/v1.2.3',
  homepage: 'https://example.com',
  sums,
};

/** The rules of krew for a manifest: internal/index/validation of its code. */
test('the manifest has what krew asks for, and one platform each', () => {
  const { apiVersion, kind, metadata, spec } = parse(krewManifest(release));
  expect({ apiVersion, kind }).toEqual({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
  });
  expect(metadata).toEqual({ name: 'lockstep' });
  expect(spec.version).toBe('v1.2.3');
  expect(spec.homepage).toBe('https://example.com');
  // The guide wants it in some 50 characters, without a full stop.
  expect(spec.shortDescription).toMatch(/^[A-Z].{10,49}[^.]$/);
  expect(spec.description).not.toBe('');
  expect(Object.keys(spec).sort()).toEqual([
    'caveats',
    'description',
    'homepage',
    'platforms',
    'shortDescription',
    'version',
  ]);
  const labels = spec.platforms.map((each: { selector: object }) => JSON.stringify(each.selector));
  expect(new Set(labels).size).toBe(6);
  for (const { selector, uri, sha256: sum, bin, ...others } of spec.platforms) {
    expect(others).toEqual({});
    const { os, arch } = selector.matchLabels;
    expect(uri).toBe(`https://example.com/v1.2.3/kubectl-lockstep_${os}_${arch}.tar.gz`);
    expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(sum).toBe(sums[`kubectl-lockstep_${os}_${arch}.tar.gz`]);
    expect(bin).toBe(os === 'windows' ? 'kubectl-lockstep.exe' : 'kubectl-lockstep');
  }
});

test('without the checksum of an archive there is no manifest', () => {
  expect(() => krewManifest({ ...release, sums: {} })).toThrow('no checksum of kubectl-lockstep_linux_amd64');
});

test('an archive holds its files with their modes, is read by tar, and is the same each time', () => {
  const files = [
    { name: 'program', content: Buffer.from('#!/bin/sh\necho hello\n'), executable: true },
    { name: 'LICENSE', content: Buffer.alloc(512, 'x'), executable: false },
    { name: 'empty', content: Buffer.alloc(0), executable: false },
  ];
  const archive = archiveOf(files);
  expect(archiveOf(files).equals(archive)).toBe(true);
  // The byte of the header of gzip that names the system of its maker is the same on Linux and macOS; it holds no time.
  expect(archive.readUInt32LE(4)).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-archive-'));
  try {
    writeFileSync(join(folder, 'a.tar.gz'), archive);
    execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
    for (const { name, content, executable } of files) {
      expect(readFileSync(join(folder, name)).equals(content)).toBe(true);
      expect((statSync(join(folder, name)).mode & 0o111) !== 0).toBe(executable);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(() => archiveOf([{ name: 'n'.repeat(100), content: Buffer.alloc(0), executable: false }])).toThrow(
    'too long a name',
  );
});

test('platforms are named as Node names them', () => {
  expect(ownPlatform({ platform: 'win32', arch: 'arm64' })).toMatchObject({ os: 'windows', arch: 'arm64' });
  expect(ownPlatform({ platform: 'darwin', arch: 'x64' })).toMatchObject({ os: 'darwin', arch: 'amd64' });
  expect(() => platformOf('plan9-x64')).toThrow('"plan9-x64" is none of linux-x64');
});
