import { fileURLToPath } from 'node:url';
import { findGo } from '../../lab/control-plane/go.ts';
import { runOk } from '../../lab/control-plane/run.ts';
import { CHART } from '../kit/chart/chart.ts';

const MODULE = fileURLToPath(new URL('../../lab/control-plane/tools/helm-docs', import.meta.url));

/** Whether Go can build helm-docs. Only the chart's README needs it. */
export const canDocument = async (): Promise<boolean> => (await findGo(MODULE)) !== undefined;

/**
 * Generates the chart's README from its template and values.yaml. The first call builds helm-docs, which
 * takes ten seconds.
 * @throws CommandError with helm-docs' words
 */
export async function chartReadme(): Promise<string> {
  const { stdout } = await runOk(
    'go',
    ['tool', 'helm-docs', `--chart-search-root=${CHART}`, '--sort-values-order=file', '--dry-run'],
    // The same settings as for the cluster's programs, so that Go compiles shared packages once.
    { cwd: MODULE, env: { CGO_ENABLED: '0', GOFLAGS: '-trimpath' }, timeoutMs: 300_000 },
  );
  return `${stdout.trimEnd()}\n`;
}
