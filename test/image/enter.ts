import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Mounts the root folder over itself, writable nowhere, and a folder of ours at the user's home, where it can be read;
 * then becomes the program as the first process of its own namespace, as a container runtime does.
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
  /** Root folder of the image. */
  readonly root: string;
  /** Folder that the program finds at /home/nonroot. */
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
    // The image's environment alone, for what is looked up by the shell as well.
    env: { ...env, PATH: `${env['PATH']}:/usr/sbin:/sbin` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
