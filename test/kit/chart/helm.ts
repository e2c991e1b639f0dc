import { rootCertificates } from 'node:tls';
import type { CommandResult } from '../../../lab/control-plane/run.ts';
import { useCluster } from '../use-cluster.ts';
import { CHART } from './chart.ts';

/** Any CA certificate will do, because the tests check no signature: the first one that Node has. */
export const CA_BUNDLE = Buffer.from(rootCertificates[0] ?? '').toString('base64');

/** The chart's values, as a document: `{ webhook: { url: '…' } }`. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs `helm template` with `values`. The release and its namespace have the same name. */
export function helmTemplate(
  values: Values,
  release = 'lockstep',
  flags: readonly string[] = [],
): Promise<CommandResult> {
  const args = ['template', release, CHART, '--namespace', release, '--values', '-', ...flags];
  return useCluster().helm(args, { input: JSON.stringify(values) });
}

/** Runs `helm lint --strict` with `values`. */
export function helmLint(values: Values): Promise<CommandResult> {
  return useCluster().helm(['lint', '--strict', CHART, '--values', '-'], { input: JSON.stringify(values) });
}

/** The manifests that `helm template` renders. @throws Error with helm's message if it fails */
export async function render(values: Values, release?: string, flags?: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await helmTemplate(values, release, flags);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
