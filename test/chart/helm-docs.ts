import { fileURLToPath } from 'node:url';
import { findGo } from '../../lab/control-plane/go.ts';
import { runOk } from '../../lab/control-plane/run.ts';
import { CHART } from './chart.ts';

const MODULE = fileURLToPath(new URL('../../lab/control-plane/tools/helm-docs', import.meta.url));

/** Whether there is a Go to build helm-docs with. Nothing but the chart's README needs it. */
export const canDocument = async (): Promise<boolean> => (await findGo(MODULE)) !== undefined;

/**
 * The chart's README, as its template and values.yaml say today. The first call builds helm-docs: ten seconds.
 * @throws CommandError with helm-docs' words
 */
export async function chartReadme(): Promise<string> {
  const { stdout } = await runOk(
    'go',
    ['tool', 'helm-docs', `--chart-search-root=${CHART}`, '--sort-values-order=file', '--dry-run'],
    // As the cluster's programs are built, so that what they share is compiled once.
    { cwd: MODULE, env: { CGO_ENABLED: '0', GOFLAGS: '-trimpath' }, timeoutMs: 300_000 },
  );
  return `${stdout.trimEnd()}\n`;
}
