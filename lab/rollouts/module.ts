import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findGo } from '../control-plane/go.ts';
import { readModule } from '../control-plane/modules.ts';
import { runOk } from '../control-plane/run.ts';

const MODULE = 'github.com/argoproj/argo-rollouts';

/** What the module of Argo Rollouts installs: objects of the API. */
export interface RolloutsManifests {
  readonly customResource: unknown;
  readonly clusterRole: unknown;
}

/**
 * Reads manifests out of the Go module that the controller is built from. Go fetches the module into its cache if it
 * is missing (7 MB).
 * @throws Error if there is no Go, or it cannot fetch the module
 */
export async function readRolloutsManifests(): Promise<RolloutsManifests> {
  const { dir: cwd } = await readModule('argo-rollouts');
  if ((await findGo(cwd)) === undefined)
    throw new Error('the manifests of Argo Rollouts come from a Go module: install Go');
  await runOk('go', ['mod', 'download', MODULE], { cwd, timeoutMs: 300_000 });
  const { stdout } = await runOk('go', ['list', '-m', '-f', '{{.Dir}}', MODULE], { cwd });
  const read = async (...path: string[]): Promise<unknown> =>
    parse(await readFile(join(stdout.trim(), 'manifests', ...path), 'utf8'));
  return {
    customResource: await read('crds', 'rollout-crd.yaml'),
    clusterRole: await read('role', 'argo-rollouts-clusterrole.yaml'),
  };
}
