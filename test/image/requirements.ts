import { spawnSync } from 'node:child_process';

/** Why this machine can build and enter no image. undefined: it can. */
export function whyNoImages(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, for chroot';
  if (spawnSync('buildah', ['--version']).status !== 0) return 'it needs buildah';
  return undefined;
}
