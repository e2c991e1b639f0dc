import type { Prepared } from '../in-step/prepare.ts';
import { type Told, toldOf } from '../in-step/told.ts';
import { toldFacts } from '../in-step/told-facts.ts';
import { marksOf } from '../marks/marks.ts';
import { type Caller, callerWords } from '../policy/caller-words.ts';
import { sentenceOf } from '../policy/wording.ts';
import type { EventReason } from '../telemetry/events.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { placeOf } from './event-place.ts';
import { type ManagedNow, readManagedNow } from './managed-now.ts';

const REASONS = {
  rolled: 'Rolled',
  held: 'Held',
  'hold-ended': 'HoldEnded',
  waits: 'RollWaits',
  'not-rolled': 'NotRolled',
  'would-roll': 'WouldRoll',
} as const satisfies Readonly<Record<Told['what'], EventReason>>;

/**
 * The API server stores what a call leaves after our answer, and after that of other webhooks. There is one look only:
 * a later one could take the work of another call for that of this one.
 */
const STORED_MS = 2_000;

type EventDeps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'>;

/** A call that was decided, and what is known of the workload. */
export interface DecidedCall {
  /** The workload before the call. Undefined: the call creates it, so nothing has happened to it yet. */
  readonly before: Workload | undefined;
  readonly prepared: Prepared;
  readonly caller: Caller;
  readonly dryRun: boolean;
  /** lockstep itself has written the decision already. */
  readonly isWritten?: boolean;
}

/** Whether the cluster has what was decided. Another webhook, a quota or a conflict may have ended the call. */
function isStored({ live }: ManagedNow, { prepared, isWritten }: DecidedCall): boolean {
  const { decision } = prepared.assessment;
  if (isWritten || prepared.observed || !('marks' in decision)) return true;
  const { hash, held } = marksOf(live);
  return hash === decision.marks.hash && held === decision.marks.held;
}

/** The same happens once, though a review comes several times. What only waits does so at each scale-up. */
function occasionOf({ what, text, sources }: Told, { before, prepared }: DecidedCall): string {
  const { live } = prepared.assessment;
  if (what === 'would-roll') return text;
  if (what === 'waits' || what === 'not-rolled') return [sources.join(), live?.hash].join(' ');
  return [live?.hash, before?.metadata.generation].join(' ');
}

/**
 * Reports, by Events about the workload, what has come of a call: a rollout, a hold, or a rollout that waits. A warning
 * tells the caller, which may be a program. The answer does not wait for the Event. Each says what the cluster has by
 * then.
 */
export function reportDecision(deps: EventDeps, call: DecidedCall): void {
  const { before, prepared, caller, dryRun, isWritten } = call;
  if (dryRun || !before) return;
  const all = toldOf(prepared, before);
  if (all.length === 0) return;
  const { decision, operation, live } = prepared.assessment;
  const afterMs = isWritten || prepared.observed || !('marks' in decision) ? 0 : STORED_MS;
  deps.events.later(
    placeOf(before),
    async (signal) => {
      const found = await readManagedNow(deps, before, signal);
      if (!found) return undefined;
      if (!isStored(found, call)) return undefined;
      for (const told of all) {
        const about = { ...found.object, occasion: occasionOf(told, call) };
        const { namespace } = before;
        const details = toldFacts(told, { namespace, operation, user: caller.user, hash: live?.hash });
        const text = sentenceOf(`${told.text}${callerWords(caller)}`);
        await deps.events.record(REASONS[told.what], about, text, signal, details);
      }
      return undefined;
    },
    afterMs,
  );
}
