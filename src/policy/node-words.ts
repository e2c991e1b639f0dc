import type { Decision } from './decision.ts';
import { NAME_IN_LOG, truncate } from './wording.ts';

/** @param why the warning of the rollout. It stands in the Event `FailedCreate` that the controller records */
export const remadePodMessage = (why: string): string =>
  `${why}. This pod had the old template, so its controller makes it again at once, with the new one`;

/**
 * The Event of a pod that reads something else than the other pods of its DaemonSet, which do not roll. Undefined: the
 * decision tells of no such pod.
 */
export function differsMessage(decision: Decision, workload: string): string | undefined {
  if (decision.action !== 'leave' || !decision.waiting) return undefined;
  // An Event has room for three long names.
  const [first = 'Its configuration', ...others] = decision.waiting;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const name = truncate(workload, NAME_IN_LOG);
  const [why, then] =
    decision.reason === 'rollout-under-way'
      ? [
          'a rollout was under way',
          'The next pod after that rollout brings it into step, and so does the next update.',
        ]
      : [
          'roll-on does not list "node"',
          `To roll all pods: kubectl rollout restart ${name}. To keep pods alike: lockstep.dev/pin: enabled.`,
        ];
  const changed = `${truncate(first, NAME_IN_LOG)}${more} changed`;
  return `${changed}. A new pod starts with that, and the other pods do not roll: ${why}. ${then}`;
}
