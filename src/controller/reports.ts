import type { Brought } from '../in-step/bring.ts';
import { wouldRollMessages } from '../in-step/warnings.ts';
import { warningsOf } from '../policy/warnings.ts';
import { sentenceOf } from '../policy/wording.ts';
import type { EventReason } from '../telemetry/events.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Cause } from './entry.ts';
import { errorLog } from './error-log.ts';
import { type Indexed, idOfSource, nameOfIndexed } from './indexed.ts';
import { countsOf, waitingOf } from './outlook.ts';
import type { EventSubject, RecordEvent } from './ports.ts';
import type { RolloutEnd, SourceKey } from './source-state.ts';
import { ofRollout, ofSource, ofWorkload, type Standstill, standstillsOf } from './standstills.ts';
import type { TermState } from './state.ts';

/** What the controller tells people of what it does: events, metrics and the log. */
export interface Reports {
  onRolled(workload: Indexed, brought: Extract<Brought, { kind: 'brought' }>): void;
  /** A look, or the attempt to write, has changed nothing. */
  onLeft(workload: Indexed, judged: Brought, cause: Cause): void;
  onEnded(workload: Indexed, end: RolloutEnd, moved: readonly SourceKey[]): void;
  /** At the end of each round. */
  onState(state: Pick<TermState, 'queue' | 'index' | 'now'>): void;
  onError(error: unknown): void;
}

export type EditMetrics = 'countEditRollout' | 'setEditWorkloads' | 'countEditError';

/** What could not be told is told again after this. */
const AGAIN_MS = 10_000;

/** Resolves with whether it was told. */
type Tell = (reason: EventReason, about: EventSubject, text: string) => Promise<boolean>;

/** Tells of each thing that stands still once, while it does. */
function standstillTeller(tell: Tell): (standstills: readonly Standstill[]) => void {
  let told = new Set<string>();
  return (standstills) => {
    for (const { id, of, text } of standstills) {
      if (told.has(id)) continue;
      const telling =
        of.is === 'workload'
          ? tell('WaitsForEdit', ofRollout(of.workload), text)
          : tell('SourceFlaps', ofSource(of.source), text);
      void telling.then((isTold) => {
        if (!isTold) setTimeout(() => told.delete(id), AGAIN_MS).unref();
      });
    }
    told = new Set(standstills.map(({ id }) => id));
  };
}

const endText = (name: string, end: RolloutEnd, sources: string): string => {
  switch (end) {
    case 'complete':
      return `${name} has rolled after the edit of ${sources}`;
    case 'failed':
      return `the rollout of ${name} after the edit of ${sources} has failed`;
    case 'overdue':
      return `the rollout of ${name} after the edit of ${sources} takes long, and frees its place`;
    default:
      return end satisfies never;
  }
};

/** An Event is for people, and nothing waits for it. */
const teller =
  (record: RecordEvent, onError: (error: unknown) => void, signal: AbortSignal): Tell =>
  async (reason, about, text) => {
    try {
      await record(reason, about, sentenceOf(text), signal);
      return true;
    } catch (error) {
      if (!signal.aborted) onError(error);
      return false;
    }
  };

/** The reports of one term. */
export function createReports(
  record: RecordEvent,
  { log, metrics, reasonOf }: Telemetry<EditMetrics>,
  signal: AbortSignal,
): Reports {
  const errors = errorLog({ log, metrics, reasonOf });
  const { onError } = errors;
  const tell = teller(record, onError, signal);
  const tellStandstills = standstillTeller(tell);
  return {
    onError,

    onRolled(workload, { assessment }) {
      const [text = 'rolled after an edit'] = warningsOf(assessment.decision, assessment);
      metrics.countEditRollout('started');
      log.info({ namespace: workload.member.namespace, workload: nameOfIndexed(workload) }, text);
      void tell('RolledAfterEdit', ofRollout(workload), text);
    },

    onLeft(workload, judged, cause) {
      if (judged.kind !== 'brought' || cause !== 'edit') return;
      for (const text of wouldRollMessages(judged)) void tell('WouldRoll', ofWorkload(workload), text);
      const { decision } = judged.assessment;
      if (decision.action !== 'leave' || decision.reason !== 'source-gone') return;
      for (const text of warningsOf(decision, judged.assessment))
        void tell('NotRolledAfterEdit', ofWorkload(workload), text);
    },

    onEnded(workload, end, moved) {
      metrics.countEditRollout(end);
      const name = nameOfIndexed(workload);
      const text = endText(name, end, moved.map(idOfSource).join(', '));
      log[end === 'complete' ? 'info' : 'warn'](
        { namespace: workload.member.namespace, workload: name },
        text,
      );
      if (end === 'complete') return;
      const about = ofRollout(workload);
      void tell('RolloutAfterEditFailed', about, text);
      if (end === 'failed')
        for (const source of moved)
          void tell('RolloutAfterEditFailed', ofSource(source, about.occasion), text);
    },

    onState({ queue, index, now }) {
      const waiting = waitingOf(queue, now());
      const stopped = waiting.filter(({ obstacle }) => obstacle?.why === 'failed').length;
      const { settling, waiting: all, rolling } = countsOf(queue);
      metrics.setEditWorkloads({ settling, waiting: all - stopped, stopped, rolling });
      tellStandstills(standstillsOf(waiting, queue.proofs, index));
      errors.onRound(now());
    },
  };
}
