import type { Call, History } from './history.ts';
import { refusals } from './refusals.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { windowOf } from './windows.ts';
import { type Step, stepsOf } from './workload-steps.ts';

/** The status, and the annotation that the Deployment controller writes with it. */
const isStatus = ({ calls }: Step): boolean =>
  calls.length > 0 && calls.every(({ by, subresource }) => by === 'other' && subresource === 'status');
const isOurs = ({ calls }: Step): boolean => calls.length > 0 && calls.every(({ by }) => by === 'lockstep');

/**
 * Whether only lockstep has written the Deployment since the version that a scale asks for, as far as users see it. What
 * the Deployment controller writes to the status after lockstep's write does not count. Before it, it does: lockstep has
 * then read another version than the one that was asked for.
 */
function onlyOurs(writes: readonly Step[]): boolean {
  const [first] = writes;
  return first !== undefined && isOurs(first) && writes.every((write) => isOurs(write) || isStatus(write));
}

function judge(history: History, steps: readonly Step[], call: Call): readonly Verdict[] {
  const { asksFor, conflict, unchecked, succeeded } = call;
  if (asksFor === undefined || call.by !== 'client') return [];
  if (succeeded) return [HELD];
  if (!conflict) return [];
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (unchecked) return [exempt('not checked: a replica was killed')];
  const life = steps.find(({ commit, life }) => life.name === call.name && commit.version === asksFor)?.life;
  const { to } = windowOf(history, call);
  const writes = steps.filter(
    (step) => step.life === life && step.commit.version > asksFor && step.commit.version <= to,
  );
  if (!life || life.deletedAt !== undefined || !onlyOurs(writes))
    return [exempt('somebody else wrote in between')];
  // The replica that answers the second review may be another one than the one that has patched.
  if (!history.alone) return [exempt('another replica may have answered')];
  // It knows only of what it has written itself.
  if (history.edits) return [exempt('another replica may follow edits')];
  const ours = writes.map(({ commit }) => `@${commit.version}`).join(', ');
  return [
    violated(`${call.what} is refused at @${asksFor}, though only lockstep has written since: ${ours}`),
  ];
}

/**
 * Invariant 5. A scale that asks for a version meets a conflict only if somebody else has written the workload
 * since, and not because lockstep has. lockstep refuses no call, but for pods of a DaemonSet that it has patched.
 */
export function neverInTheWay(history: History): readonly Verdict[] {
  const steps = stepsOf(history);
  return [...history.calls.flatMap((call) => judge(history, steps, call)), ...refusals(history)];
}
