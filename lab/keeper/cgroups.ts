import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRIES = 200;
const RETRY_MS = 50;

/**
 * The paths at which the kernel's hierarchies of control groups are mounted: one (v2), or one for each
 * controller (v1).
 */
function hierarchies(): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')).flatMap(([, at, type]) => (at && isCgroup(type) ? [at] : []));
}

const isCgroup = (type: string | undefined): boolean => type === 'cgroup' || type === 'cgroup2';

/** Creates a control group of this name in every hierarchy. A kubelet creates its own groups under it. */
export function makeCgroups(name: string): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, name);
    mkdirSync(group, { recursive: true });
    // v1: until these files have a value, no process can be put into the group.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (!readdirSync(group).includes(file)) continue;
      writeFileSync(join(group, file), readFileSync(join(hierarchy, file), 'utf8'));
    }
  }
}

/** Removes the groups of this name and all below them, once the last process in them has ended. */
export async function removeCgroups(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    for (let tries = RETRIES; tries > 0 && !tryRemove(join(hierarchy, name)); tries -= 1)
      await sleep(RETRY_MS);
  }
}

/**
 * The files of a group cannot be removed, and need not be. A group that contains groups or processes cannot
 * be removed.
 */
function tryRemove(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      if (entry.isDirectory()) tryRemove(join(group, entry.name));
    }
    rmdirSync(group);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
