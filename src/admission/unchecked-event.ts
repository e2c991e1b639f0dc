import { callerWords } from '../policy/caller-words.ts';
import type { OnError } from '../policy/on-error.ts';
import { notCheckedWarning } from '../policy/unchecked-warnings.ts';
import { sentenceOf } from '../policy/wording.ts';
import { nameOf } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import type { Failure } from './failure.ts';
import { readManaged } from './managed-now.ts';
import type { Webhook } from './webhook.ts';

/** The API server stores what a call leaves after our answer. */
const STORED_MS = 1_000;

/** What a call does that could not be checked. */
const DOES: Readonly<Record<Webhook['name'], string>> = {
  template: 'writing',
  scale: 'scaling',
  ceiling: 'scaling',
  pod: 'creating',
  job: 'creating',
  node: 'creating',
  configured: 'creating',
};

/**
 * Reports, by an Event about the workload, that a call on it could not be checked. If the API server cannot be reached,
 * there is none: the log and a metric tell in any case.
 * @param body fits the schema of the webhook
 */
export function reportUnchecked(
  deps: ReviewDeps,
  webhook: Webhook,
  body: unknown,
  { reason, why }: Failure,
  choice: OnError,
): void {
  const { dryRun, user, subject } = webhook.aboutOf(deps, body);
  const workload = webhook.workloadOf(deps, body);
  if (dryRun || !workload) return;
  const { namespace, kind } = workload;
  const name = nameOf({ kind, metadata: { name: workload.name } });
  const became = choice === 'deny' ? 'the call was refused' : 'the call went through, and pods may differ';
  const caller = callerWords({ user, does: `${DOES[webhook.name]} ${subject}` });
  const text = sentenceOf(`${notCheckedWarning(name, why)}; ${became}${caller}`);
  const job = async (signal: AbortSignal) => {
    const found = await readManaged(deps, workload, signal);
    // A create is not stored yet.
    if (!found) return 'not-yet';
    // Calls may come every few seconds while something is broken.
    const about = { ...found.object, occasion: `${reason} ${choice}` };
    await deps.events.record('NotChecked', about, text, signal);
    return undefined;
  };
  deps.events.later({ namespace, subject: name }, job, STORED_MS);
}
