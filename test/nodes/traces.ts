import { readdir, readFile, readlink } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { run } from '../../lab/control-plane/run.ts';
import type { Namespaces } from '../../lab/nodes/inside.ts';
import { SYSTEM_PATH } from '../../lab/nodes/prerequisites.ts';

/** The sysctls of the host that a kubelet, kube-proxy or CNI plugin would set on a machine of its own. */
const SYSCTLS = [
  ...['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'],
  ...['kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes', 'net/ipv4/ip_forward'],
];

/** The present state of those parts of the host that nodes must not change. */
export interface HostState {
  readonly sysctls: Readonly<Record<string, string>>;
  readonly mounts: string;
  readonly firewall: string;
}

export async function hostState(): Promise<HostState> {
  const values = await Promise.all(
    SYSCTLS.map(async (key) => [key, (await readFile(join('/proc/sys', key), 'utf8')).trim()] as const),
  );
  const { stdout } = await run('iptables', ['--list-rules', '--wait'], { env: { PATH: SYSTEM_PATH } });
  return {
    sysctls: Object.fromEntries(values),
    mounts: await readFile('/proc/self/mounts', 'utf8'),
    firewall: stdout,
  };
}

/** The ids of all processes on nodes: containers, shims, and what a keeper has started there. */
export async function processesOn(nodes: readonly Namespaces[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const node of nodes) {
    const tree = await childrenOf(node.pid);
    for (const pid of [node.pid, ...tree]) found.set(`${node.name}/${pid}`, pid);
    for (const pid of await inNamespaceOf(node.pid)) found.set(`${node.name}/${pid}`, pid);
  }
  return found;
}

/** Every process below this one. A process without its parent belongs to the node's first process. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
}

async function inNamespaceOf(pid: number): Promise<readonly number[]> {
  const mounts = await readlink(`/proc/${pid}/ns/mnt`);
  const pids = (await readdir('/proc')).map(Number).filter((each) => each > 0);
  const same = pids.map(async (each) =>
    (await readlink(`/proc/${each}/ns/mnt`).catch(() => '')) === mounts ? [each] : [],
  );
  return (await Promise.all(same)).flat();
}

/** The control groups of a cluster's nodes, by the cluster's folder. */
export async function cgroupsOf(dir: string): Promise<readonly string[]> {
  const folders = await readdir('/sys/fs/cgroup', { withFileTypes: true });
  const places = ['/sys/fs/cgroup', ...folders.filter((each) => each.isDirectory()).map(pathOf)];
  const names = places.map(async (place) =>
    (await readdir(place)).filter((name) => name.startsWith(basename(dir))).map((name) => join(place, name)),
  );
  return (await Promise.all(names)).flat();
}

const pathOf = ({ name }: { readonly name: string }): string => join('/sys/fs/cgroup', name);

/** The host's links to nodes. */
export const links = (): readonly string[] =>
  Object.keys(networkInterfaces()).filter((name) => /^lockstep\d+$/.test(name));
