import { fileURLToPath } from 'node:url';
import type { ClusterClient } from '../cluster/client.ts';
import type { CommandResult } from '../cluster/run.ts';
import { LOCKSTEP_REPOSITORY, TAG } from './lockstep-image.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const NAMESPACE = 'lockstep';
const RELEASE = 'lockstep';

/** Values of the chart, as `--set` takes them. */
type Values = Readonly<Record<string, string>>;

const sets = (values: Values): readonly string[] =>
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
  ...sets(IMAGE),
];

/** lockstep as its users have it; helm waits until it is ready. */
export const install = (cluster: ClusterClient): Promise<CommandResult> =>
  helm(cluster, [...INSTALL, '--hide-notes']);

/** To other values, the rest as they are. */
export const upgrade = (cluster: ClusterClient, values: Values): Promise<CommandResult> =>
  helm(cluster, ['upgrade', '--reuse-values', RELEASE, 'charts/lockstep', ...sets(values)]);

/** To the release before this one. */
export const rollback = (cluster: ClusterClient): Promise<CommandResult> =>
  helm(cluster, ['rollback', RELEASE]);

/** Resolves when its pods are gone, too: by default helm waits for the Deployment only. */
export const uninstall = (cluster: ClusterClient): Promise<CommandResult> =>
  helm(cluster, ['uninstall', '--ignore-not-found', '--cascade=foreground', RELEASE]);

function helm(cluster: ClusterClient, args: readonly string[]): Promise<CommandResult> {
  const wait = ['--namespace', NAMESPACE, '--wait', '--timeout', '90s'];
  return cluster.helmOk([...args, ...wait], { cwd: ROOT, timeoutMs: 120_000 });
}
