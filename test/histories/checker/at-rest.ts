import { EDITED } from '../../../src/marks/names.ts';
import { progressOf } from '../../../src/workloads/progress.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { isLost } from './gone.ts';
import type { History, Life } from './history.ts';
import { mismatch } from './mismatch.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { isLeftUnchecked, leftAlone, standingConfig } from './workload-steps.ts';

/** The end of the history: what holds then, holds on. */
const END = { from: Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER } as const;

interface Present {
  readonly life: Life<Workload>;
  readonly workload: Workload;
}

const presentOnes = ({ workloads }: History): readonly Present[] =>
  workloads.flatMap((life) => {
    const last = life.deletedAt === undefined ? life.commits.at(-1) : undefined;
    return last ? [{ life, workload: last.object }] : [];
  });

/** An edit has rolled it, and that has not ended: somebody has paused it. So it proves no content to others. */
const provesNothing = ({ workload }: Present): boolean =>
  workload.metadata.annotations?.[EDITED] !== undefined && progressOf(workload) !== 'complete';

function judge(history: History, present: Present, others: readonly Present[]): Verdict {
  const { life, workload } = present;
  const alone = leftAlone(workload);
  if (alone) return exempt(alone);
  // Nothing tells whether its pods differ. A look rolls nobody on a mere suspicion.
  if (!standingConfig(workload)) return exempt('nothing on record');
  const wrong = mismatch(history, workload, END);
  if (wrong === undefined) return HELD;
  if (isLost(history, workload, workload, END, 'always'))
    return exempt('a source that its pods need is gone');
  // To resume it is an update, which brings it into step.
  if (workload.paused) return exempt('its deployment is paused');
  if (isLeftUnchecked(history, life, life.commits.length - 1))
    return exempt('not checked: a replica was killed');
  if (others.some(provesNothing)) return exempt('another workload goes first, and its rollout does not end');
  return violated(`${life.name} is out of step at rest: ${wrong}`, life.commits.at(-1)?.version);
}

/**
 * Where lockstep follows edits, each workload is in step once nothing happens any more, whether a call came or not.
 * docs/adr/0038 says which ones wait.
 */
export function inStepAtRest(history: History): readonly Verdict[] {
  if (!history.edits || history.unrest !== undefined) return [];
  const present = presentOnes(history);
  return present.map((each) =>
    judge(
      history,
      each,
      present.filter((other) => other !== each),
    ),
  );
}
