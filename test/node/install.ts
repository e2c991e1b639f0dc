import { fileURLToPath } from 'node:url';
import type { ClusterClient } from '../cluster/client.ts';
import { LOCKSTEP_REPOSITORY, TAG } from './lockstep-image.ts';

const CHART = fileURLToPath(new URL('../../charts/lockstep', import.meta.url));

export const NAMESPACE = 'lockstep';
export const RELEASE = 'lockstep';

/** Values of the chart, as `--set` takes them. */
export type Values = Readonly<Record<string, string>>;

const VALUES: Values = {
  'image.repository': LOCKSTEP_REPOSITORY,
  'image.tag': TAG,
  'image.pullPolicy': 'Never',
};

/** lockstep as its users have it, the chart's defaults but for the image; helm waits until it is ready. */
export async function install(cluster: ClusterClient, values: Values = {}): Promise<void> {
  await helm(cluster, ['upgrade', '--install', '--create-namespace', RELEASE, CHART], {
    ...VALUES,
    ...values,
  });
}

/** To other values, the rest as they are. */
export const upgrade = (cluster: ClusterClient, values: Values): Promise<void> =>
  helm(cluster, ['upgrade', '--reuse-values', RELEASE, CHART], values);

/** To the release before this one. */
export const rollback = (cluster: ClusterClient): Promise<void> => helm(cluster, ['rollback', RELEASE], {});

export const uninstall = (cluster: ClusterClient): Promise<void> =>
  helm(cluster, ['uninstall', '--ignore-not-found', RELEASE], {});

async function helm(cluster: ClusterClient, args: readonly string[], values: Values): Promise<void> {
  const sets = Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const wait = ['--namespace', NAMESPACE, '--wait', '--timeout', '90s'];
  await cluster.helmOk([...args, ...sets, ...wait], { timeoutMs: 120_000 });
}
