import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const IMAGE = fileURLToPath(new URL('../../release/image.ts', import.meta.url));

/** Runs the command on a machine without any tool. */
const image = (...args: string[]) =>
  spawnSync(process.execPath, [IMAGE, ...args], { encoding: 'utf8', env: { PATH: '/nowhere' } });

test.each([
  [[], 'building an image needs buildah or docker: neither is installed'],
  [['--tool', 'docker'], '--tool: docker is not installed'],
  [['--tool', 'podman'], "'--tool <name>' argument 'podman' is invalid"],
  [['--output', 'x.tar'], "argument 'x.tar' is invalid. It is docker-archive:FILE."],
])('an error names its cause: %j', (args, message) => {
  const { status, stderr } = image(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});
