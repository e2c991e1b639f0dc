import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Mounts the root folder over itself, read-only, and a folder of the test at the user's home, readable. Then
 * it becomes the program, as the first process of its own namespace, like in a container runtime.
 */
const ENTER = `
  root=$1 home=$2 user=$3; shift 3
  mount --bind "$root" "$root" &&
  mount --bind "$home" "$root/home/nonroot" &&
  mount -t proc proc "$root/proc" &&
  mount -o remount,bind,ro "$root/home/nonroot" &&
  mount -o remount,bind,ro "$root" &&
  exec chroot --userspec="$user" "$root" "$@"
`;

export interface Entry {
  /** The root folder of the image. */
  readonly root: string;
  /** The folder that the program finds at /home/nonroot. */
  readonly home: string;
  /** UID:GID */
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a program of an image as its first process, on the host's network. */
export function enter(
  { root, home, user, env }: Entry,
  command: readonly string[],
): ChildProcessByStdio<null, Readable, null> {
  const apart = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];
  return spawn('unshare', [...apart, 'sh', '-c', ENTER, 'enter', root, home, user, ...command], {
    // Only the image's environment. The shell looks up programs with it, too.
    env: { ...env, PATH: `${env['PATH']}:/usr/sbin:/sbin` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
