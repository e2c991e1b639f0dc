import { expect, test } from 'vitest';
import { callsOf, type ImageBuild } from '../../release/image-tools.ts';

const BUILD: ImageBuild = {
  tag: 'lockstep:1',
  context: '/src',
  args: { VERSION: '1', BASE: 'localhost/base:1' },
  madeAt: 1_700_000_000,
  archive: undefined,
  npmCache: undefined,
};

test('buildah: every file and the image have the given time, and nothing is kept between builds', () => {
  expect(callsOf('buildah', BUILD)).toEqual([
    {
      program: 'buildah',
      args: [
        ...['build', '--layers=false', '--timestamp=1700000000'],
        ...['--build-arg', 'VERSION=1', '--build-arg', 'BASE=localhost/base:1'],
        ...['--tag', 'lockstep:1', '/src'],
      ],
      env: {},
    },
  ]);
});

test('buildah: an archive is written after the build, with the name in it', () => {
  const [, push, ...more] = callsOf('buildah', { ...BUILD, archive: '/out/x.tar' });
  expect(push?.args).toEqual(['push', 'lockstep:1', 'docker-archive:/out/x.tar:lockstep:1']);
  expect(more).toEqual([]);
});

test('buildah: packages come from npm’s cache if one is named', () => {
  const [build] = callsOf('buildah', { ...BUILD, npmCache: '/cache' });
  expect(build?.args.join(' ')).toContain('--volume /cache:/root/.npm');
});

test('docker: BuildKit has its own flags for the same', () => {
  expect(callsOf('docker', { ...BUILD, archive: '/out/x.tar' })).toEqual([
    {
      program: 'docker',
      args: [
        ...['buildx', 'build', '--provenance=false'],
        ...['--build-arg', 'VERSION=1', '--build-arg', 'BASE=localhost/base:1'],
        ...['--output=type=docker,name=lockstep:1,rewrite-timestamp=true,dest=/out/x.tar', '/src'],
      ],
      env: { SOURCE_DATE_EPOCH: '1700000000' },
    },
  ]);
});

test('docker: npm’s cache cannot be used, and an error says so', () => {
  expect(() => callsOf('docker', { ...BUILD, npmCache: '/cache' })).toThrow('--npm-cache: buildah only');
});
