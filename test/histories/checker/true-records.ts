import { canonicalJson } from '../../../src/digest/canonical.ts';
import { shortDigest } from '../../../src/digest/format.ts';
import { marksOf } from '../../../src/marks/marks.ts';
import { recordedState } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Usage } from '../../../src/references/usage.ts';
import { replacesAll } from '../../../src/workloads/strategy.ts';
import { endOf } from './copies.ts';
import type { History, Life, SeenPod } from './history.ts';
import { ownerOf, revisionOf, templateOf } from './revisions.ts';
import { digestsIn, statesOf, usagesOf } from './source-states.ts';
import { type Exemption, exempt, HELD, type Verdict, violated } from './verdict.ts';
import { leftAlone, nameOf, type Step, stepsOf } from './workload-steps.ts';

/** Whether a pod lived when lockstep looked, and stays: no rollout of the present template replaces it. */
function stays(history: History, { life, before, commit }: Step, pod: Life<SeenPod>): boolean {
  const [made] = pod.commits;
  if (!made || !before || made.version > before.version || endOf(pod) <= commit.version) return false;
  const revision = revisionOf(history, made)?.commits[0]?.object;
  if (!revision || (ownerOf(made.object) !== life.uid && ownerOf(revision) !== life.uid)) return false;
  return (
    !replacesAll(commit.object.strategy) || templateOf(revision) === canonicalJson(commit.object.template)
  );
}

/** The sources that a pod has certainly not read as they are recorded. */
function misread(history: History, { commit }: Step, { commits }: Life<SeenPod>): readonly Usage[] {
  const [made] = commits;
  const started = commits.find(({ object }) => object.started);
  if (!made || !started || started.version > commit.version) return [];
  const recorded = recordedState(commit.object)?.sources ?? {};
  const window = { from: made.version, to: started.version };
  return usagesOf(commit.object).filter((usage) => {
    const short = recorded[sourceId(usage)];
    return (
      short !== undefined &&
      ![...digestsIn(history, usage, window)].some((each) => shortDigest(each) === short)
    );
  });
}

/** Why lockstep cannot know that a pod has read another content of a source. undefined: it can. */
function unknowable(
  history: History,
  { commit }: Step,
  usage: Usage,
  { commits }: Life<SeenPod>,
): Exemption | undefined {
  const states = statesOf(history, usage).filter(({ version }) => version <= commit.version);
  const { content, made } = states.at(-1) ?? {};
  // A source that was deleted leaves no trace (docs/guarantees.md).
  if (!usage.required && content === undefined) return 'an optional source that its pods have read is gone';
  const since = commits.find(({ object }) => object.since)?.object.since;
  const [{ version: podMade } = { version: 0 }] = commits;
  const wasGone = states.some((state) => state.content === undefined && state.version > podMade);
  // A source that the pod needs was made again within the very second in which the pod was accepted. lockstep takes that
  // for impossible, because no kubelet starts a pod so fast (docs/adr/0027). kwok does.
  if (usage.required && content !== undefined && wasGone && since === made)
    return 'a source was made again in the second of its pod';
  return undefined;
}

function judge(history: History, step: Step): Verdict {
  const alone = leftAlone(step.commit.object);
  // If lockstep is kept out, anybody may write a record.
  if (alone) return exempt(alone);
  const misreads = history.pods
    .filter((each) => stays(history, step, each))
    .flatMap((pod) =>
      misread(history, step, pod).map((usage) => ({
        pod,
        usage,
        why: unknowable(history, step, usage, pod),
      })),
    );
  const wrong = misreads.find(({ why }) => why === undefined);
  if (!wrong) return misreads.flatMap(({ why }) => (why ? [exempt(why)] : []))[0] ?? HELD;
  const { pod, usage } = wrong;
  const what = `is recorded as in step, and ${pod.name} has read another ${sourceId(usage)}`;
  return violated(`${nameOf(step)} ${what}`, step.commit.version);
}

/**
 * The first record of a workload that has pods already says what these pods have read. A partition and the strategy
 * OnDelete keep pods of earlier revisions, which count, too.
 */
export function trueRecords(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) => {
    const { before, commit } = step;
    const isFirst = before !== undefined && recordedState(before.object) === undefined;
    const isBaseline = marksOf(commit.object).baseline !== undefined && recordedState(commit.object);
    return isFirst && isBaseline ? [judge(history, step)] : [];
  });
}
