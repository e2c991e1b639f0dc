import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { findGo } from '../../lab/control-plane/go.ts';
import { runOk } from '../../lab/control-plane/run.ts';

const MODULE = fileURLToPath(new URL('../../lab/control-plane/tools/crds', import.meta.url));

const Download = Type.Object({ Path: Type.String(), Dir: Type.String() });

/** The files of each module that define the kinds of the chart's custom resources. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'github.com/cert-manager/cert-manager': [
    'deploy/crds/cert-manager.io_certificates.yaml',
    'deploy/crds/cert-manager.io_issuers.yaml',
  ],
  'github.com/prometheus-operator/prometheus-operator': [
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
  ],
};

/**
 * The CustomResourceDefinitions of cert-manager and of the Prometheus Operator, as files. Go fetches them
 * into its module cache if they are missing (8 MB). `undefined` if there is no Go.
 * @throws CommandError if Go cannot fetch them
 */
export async function customResourceDefinitions(): Promise<readonly string[] | undefined> {
  if ((await findGo(MODULE)) === undefined) return undefined;
  const { stdout } = await runOk('go', ['mod', 'download', '-json'], { cwd: MODULE, timeoutMs: 300_000 });
  return parseDownloads(stdout).flatMap(({ Path, Dir }) =>
    (FILES[Path] ?? []).map((file) => join(Dir, file)),
  );
}

/** Go writes one JSON object after the other, each over several lines. */
function parseDownloads(text: string): Static<typeof Download>[] {
  const value: unknown = JSON.parse(`[${text.trim().replaceAll(/^}\n/gm, '},\n')}]`);
  if (Value.Check(Type.Array(Download), value)) return value;
  throw new Error(`not what go mod download writes: ${text.slice(0, 300)}`);
}
