import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Each program that a real node needs from the machine, and its Debian package. */
const PACKAGES = {
  ip: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
} as const;

const CNI_PACKAGE = 'containernetworking-plugins';
/** The folder of Debian's package, and that of the plugins' own releases. */
const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin'];

/** A PATH that includes the system's programs. Some users' PATH does not. */
export const SYSTEM_PATH = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/** What this machine lacks for a real node, in words for a person. Empty: nothing. */
export async function missing(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [`a real node needs Linux, and this is ${process.platform}`];
  const packages = new Set<string>();
  for (const [program, name] of Object.entries(PACKAGES)) {
    if (!(await isOnPath(program))) packages.add(name);
  }
  if ((await cniPlugins()) === undefined) packages.add(CNI_PACKAGE);
  const install = `to be installed: apt-get install ${[...packages].sort().join(' ')}`;
  const lacks = packages.size > 0 ? [install] : [];
  return process.getuid?.() === 0 ? lacks : ['a real node needs root', ...lacks];
}

/** The folder of the CNI plugins. */
export async function cniPlugins(): Promise<string | undefined> {
  for (const folder of CNI_FOLDERS) {
    if (await isExecutable(join(folder, 'bridge'))) return folder;
  }
  return undefined;
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of SYSTEM_PATH.split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, program)))) return true;
  }
  return false;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
