import { canonicalJson } from '../../../src/digest/canonical.ts';
import type { ConfigState } from '../../../src/digest/format.ts';
import { CONFIG_HASH } from '../../../src/marks/names.ts';
import { recordedHold, recordedState } from '../../../src/marks/records.ts';
import { plainTemplate as withoutMarks } from '../../../src/marks/same-template.ts';
import { injectLabel } from '../../../src/policy/managed.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { Call, Commit, History, Life } from './history.ts';
import type { Exemption } from './verdict.ts';
import { callsOf } from './windows.ts';

/** A version of a workload, the one before it, and the calls that were answered with it. */
export interface Step {
  readonly life: Life<Workload>;
  readonly before: Commit<Workload> | undefined;
  readonly commit: Commit<Workload>;
  readonly calls: readonly Call[];
}

export const hashOf = ({ template }: Workload): string | undefined =>
  template.metadata?.annotations?.[CONFIG_HASH];

/**
 * What has to equal the live configuration: the state that an undone workload is held against, otherwise its
 * record.
 */
export const standingConfig = (workload: Workload): ConfigState | undefined =>
  recordedHold(workload) ?? recordedState(workload);

/**
 * Why lockstep leaves a workload alone. Its owner keeps lockstep out, or it is being deleted: then the API server does
 * not ask lockstep (the chart's matchConditions), and its controller makes nothing of it any more.
 */
export function leftAlone({ metadata }: Workload): Exemption | undefined {
  if (injectLabel(metadata.labels).says === 'disabled') return 'unmanaged';
  if ('deletionTimestamp' in metadata && metadata.deletionTimestamp) return 'its workload is being deleted';
  return undefined;
}

export const isManaged = (workload: Workload): boolean => leftAlone(workload) === undefined;

/** The template without lockstep's marks, as text. */
export const plainTemplate = ({ template }: Workload): string => canonicalJson(withoutMarks(template));

const standingText = (workload: Workload): string => canonicalJson(standingConfig(workload) ?? null);

/**
 * Whether a call that was not checked has brought what stands in the place of live configuration. Writes of others, such
 * as those of the status, leave it there.
 * @param last the index of the commit
 */
export function isLeftUnchecked(history: History, { name, commits }: Life<Workload>, last: number): boolean {
  const now = commits[last];
  if (!now) return false;
  const text = standingText(now.object);
  let since = last;
  for (let at = last - 1; at >= 0; at -= 1) {
    const before = commits[at];
    if (!before || standingText(before.object) !== text) break;
    since = at;
  }
  const { version = 0 } = commits[since] ?? {};
  return callsOf(history, now.object.kind.resource, name, version).some(({ unchecked }) => unchecked);
}

/** Every version of every workload, in the order of each workload's life. */
export function stepsOf(history: History): readonly Step[] {
  return history.workloads.flatMap((life) =>
    life.commits.map((commit, i) => ({
      life,
      before: life.commits[i - 1],
      commit,
      calls: callsOf(history, commit.object.kind.resource, life.name, commit.version),
    })),
  );
}

/** `web@120 (client 1: scale web to 4)` */
export function nameOf({ life, commit, calls }: Step): string {
  const by = calls.map((call) => call.what).join(', ');
  return `${life.name}@${commit.version}${by && ` (${by})`}`;
}

/** The versions of an object that were the present version at some time in a window. */
export function commitsIn<T>(life: Life<T>, window: { from: number; to: number }): readonly Commit<T>[] {
  return life.commits.filter(
    ({ version }, i) =>
      version <= window.to && (life.commits[i + 1]?.version ?? Number.POSITIVE_INFINITY) > window.from,
  );
}
