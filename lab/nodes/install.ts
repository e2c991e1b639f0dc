import { fileURLToPath } from 'node:url';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import type { CommandResult } from '../control-plane/run.ts';
import { LOCKSTEP_REPOSITORY, TAG } from './lockstep-image.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const NAMESPACE = 'lockstep';
const RELEASE = 'lockstep';

/** Values of the chart, as `--set` takes them. */
export type Values = Readonly<Record<string, string>>;

export const setsOf = (values: Values): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

/** The chart's defaults, but for the image. */
const IMAGE: Values = {
  'image.repository': LOCKSTEP_REPOSITORY,
  'image.tag': TAG,
  'image.pullPolicy': 'Never',
};

/** What `install` has helm do, as one would type it in the repository. */
export const INSTALL: readonly string[] = [
  ...['upgrade', '--install', RELEASE, 'charts/lockstep', '--create-namespace'],
  ...setsOf(IMAGE),
];

/**
 * lockstep as its users have it; helm waits until it is ready.
 * @param values what is not as it comes
 */
export const install = (cluster: ClusterClient, values: Values = {}): Promise<CommandResult> =>
  helm(cluster, [...INSTALL, ...setsOf(values), '--hide-notes']);

/** To other values, the rest as they are. */
export const upgrade = (cluster: ClusterClient, values: Values): Promise<CommandResult> =>
  helm(cluster, ['upgrade', '--reuse-values', RELEASE, 'charts/lockstep', ...setsOf(values)]);

/** To the release before this one. */
export const rollback = (cluster: ClusterClient): Promise<CommandResult> =>
  helm(cluster, ['rollback', RELEASE]);

/** Resolves when its pods are gone, too: helm waits for its own objects only, and the pods answer for a while longer. */
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
