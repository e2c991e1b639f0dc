import { fileURLToPath } from 'node:url';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import type { CommandResult } from '../control-plane/run.ts';
import { LOCKSTEP_REPOSITORY, TAG } from './lockstep-image.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const NAMESPACE = 'lockstep';
const RELEASE = 'lockstep';

/** Values of the chart, for `--set`. */
export type Values = Readonly<Record<string, string>>;

export const setsOf = (values: Values): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

/** The chart's defaults, except for the image. */
const IMAGE: Values = {
  'image.repository': LOCKSTEP_REPOSITORY,
  'image.tag': TAG,
  'image.pullPolicy': 'Never',
};

/** The arguments of `install` for helm, as a user types them in the repository. */
export const INSTALL: readonly string[] = [
  ...['upgrade', '--install', RELEASE, 'charts/lockstep', '--create-namespace'],
  ...setsOf(IMAGE),
];

/**
 * Installs lockstep as its users do. helm waits until it is ready.
 * @param values those that differ from the defaults
 */
export const install = (cluster: ClusterClient, values: Values = {}): Promise<CommandResult> =>
  helm(cluster, [...INSTALL, ...setsOf(values), '--hide-notes']);

/** Upgrades to other values. The rest stays the same. */
export const upgrade = (cluster: ClusterClient, values: Values): Promise<CommandResult> =>
  helm(cluster, ['upgrade', '--reuse-values', RELEASE, 'charts/lockstep', ...setsOf(values)]);

/** Rolls back to the previous release. */
export const rollback = (cluster: ClusterClient): Promise<CommandResult> =>
  helm(cluster, ['rollback', RELEASE]);

/**
 * Resolves when its pods are gone, too. helm waits only for its own objects, and the pods answer for a while
 * longer.
 */
export async function uninstall(cluster: ClusterClient): Promise<void> {
  await helm(cluster, ['uninstall', '--ignore-not-found', RELEASE]);
  await eventually(
    async () => {
      const { stdout } = await cluster.kubectlOk(['get', 'pods', '-n', NAMESPACE, '--output=name']);
      return stdout === '';
    },
    { what: "the end of lockstep's pods" },
  );
}

function helm(cluster: ClusterClient, args: readonly string[]): Promise<CommandResult> {
  const wait = ['--namespace', NAMESPACE, '--wait', '--timeout', '90s'];
  return cluster.helmOk([...args, ...wait], { cwd: ROOT, timeoutMs: 120_000 });
}
