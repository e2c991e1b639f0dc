import { canonicalJson } from '../../../src/digest/canonical.ts';
import type { ConfigState } from '../../../src/digest/format.ts';
import { NO_MARKS } from '../../../src/marks/marks.ts';
import { CONFIG_HASH } from '../../../src/marks/names.ts';
import { recordedHold, recordedState } from '../../../src/marks/records.ts';
import { injectLabel } from '../../../src/policy/managed.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import { viewOf, withMarks } from '../../kit/deployments.ts';
import type { Call, Commit, History, Life } from './history.ts';
import type { Exemption } from './verdict.ts';
import { callsOf } from './windows.ts';

/** A version of a Deployment, the one before it, and the calls that were answered with it. */
export interface Step {
  readonly life: Life<Deployment>;
  readonly before: Commit<Deployment> | undefined;
  readonly commit: Commit<Deployment>;
  readonly calls: readonly Call[];
}

export const hashOf = (deployment: Deployment): string | undefined =>
  deployment.spec.template.metadata?.annotations?.[CONFIG_HASH];

/**
 * What has to equal the live configuration: the state that an undone workload is held against, otherwise its
 * record.
 */
export const standingConfig = (deployment: Deployment): ConfigState | undefined =>
  recordedHold(viewOf(deployment)) ?? recordedState(viewOf(deployment));

/**
 * Why lockstep leaves a Deployment alone. Its owner keeps lockstep out, or it is being deleted: then the API server does
 * not ask lockstep (the chart's matchConditions), and the Deployment controller makes nothing of it any more.
 */
export function leftAlone({ metadata }: Deployment): Exemption | undefined {
  if (injectLabel(metadata.labels).says === 'disabled') return 'unmanaged';
  if ('deletionTimestamp' in metadata && metadata.deletionTimestamp) return 'its deployment is being deleted';
  return undefined;
}

export const isManaged = (deployment: Deployment): boolean => leftAlone(deployment) === undefined;

/** The template without lockstep's marks, as text. */
export function plainTemplate(deployment: Deployment): string {
  const { template } = withMarks(deployment, NO_MARKS).spec;
  const { annotations, ...metadata } = template.metadata ?? {};
  const left = Object.keys(annotations ?? {}).length > 0 ? { ...metadata, annotations } : metadata;
  return canonicalJson({ ...template, metadata: left });
}

/** Every version of every Deployment, in the order of each Deployment's life. */
export function stepsOf(history: History): readonly Step[] {
  return history.deployments.flatMap((life) =>
    life.commits.map((commit, i) => ({
      life,
      before: life.commits[i - 1],
      commit,
      calls: callsOf(history, 'deployments', life.name, commit.version),
    })),
  );
}

/** `web@120 (client 1: scale web to 4)` */
export function nameOf({ life, commit, calls }: Step): string {
  const by = calls.map((call) => call.what).join(', ');
  return `${life.name}@${commit.version}${by && ` (${by})`}`;
}

/** The versions of a Deployment that were the present version at some time in a window. */
export function commitsIn(
  life: Life<Deployment>,
  window: { from: number; to: number },
): readonly Commit<Deployment>[] {
  return life.commits.filter(
    ({ version }, i) =>
      version <= window.to && (life.commits[i + 1]?.version ?? Number.POSITIVE_INFINITY) > window.from,
  );
}
