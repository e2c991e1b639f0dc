import { rootCertificates } from 'node:tls';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { useCluster } from '../kit/use.ts';
import { CHART } from './chart.ts';

/** Any CA certificate will do, since nothing is signed with it: the first of those that come with Node. */
export const CA_BUNDLE = Buffer.from(rootCertificates[0] ?? '').toString('base64');

/** The chart's values, as a document: `{ webhook: { url: '…' } }`. */
export type Values = Readonly<Record<string, unknown>>;

/** `helm template` with `values` on top of the chart's own. The release and its namespace have one name. */
export function helmTemplate(
  values: Values,
  release = 'lockstep',
  flags: readonly string[] = [],
): Promise<CommandResult> {
  const args = ['template', release, CHART, '--namespace', release, '--values', '-', ...flags];
  return useCluster().helm(args, { input: JSON.stringify(values) });
}

/** `helm lint --strict` with `values` on top of the chart's own. */
export function helmLint(values: Values): Promise<CommandResult> {
  return useCluster().helm(['lint', '--strict', CHART, '--values', '-'], { input: JSON.stringify(values) });
}

/** What `helm template` writes. Throws with helm's message when it refuses. */
export async function render(values: Values, release?: string, flags?: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await helmTemplate(values, release, flags);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
