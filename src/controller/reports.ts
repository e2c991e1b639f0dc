import type { Assessment } from '../in-step/assessment.ts';
import type { Brought } from '../in-step/bring.ts';
import { type Told, toldOf } from '../in-step/told.ts';
import { toldFacts } from '../in-step/told-facts.ts';
import { warningsOf } from '../policy/warnings.ts';
import type { EventReason } from '../telemetry/events.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Cause } from './entry.ts';
import { errorLog } from './error-log.ts';
import { type Indexed, idOfSource, nameOfIndexed } from './indexed.ts';
import { countsOf, type Waiting, waitingOf } from './outlook.ts';
import type { RecordEvent } from './ports.ts';
import type { Queue } from './queue.ts';
import type { RolloutEnd, SourceKey } from './source-state.ts';
import { ofRollout, ofSource, ofWorkload } from './standstills.ts';
import { standstillsNow } from './standstills-now.ts';
import type { TermState } from './state.ts';
import { standstillTeller, type Tell, teller } from './tell.ts';

/** What the controller tells people of what it does: events, metrics and the log. */
export interface Reports {
  onRolled(workload: Indexed, brought: Extract<Brought, { kind: 'brought' }>): void;
  /** Marks were written that roll nobody. */
  onWritten(workload: Indexed, brought: Brought): void;
  /** A look, or the attempt to write, has changed nothing. */
  onLeft(workload: Indexed, judged: Brought, cause: Cause): void;
  onEnded(workload: Indexed, end: RolloutEnd, moved: readonly SourceKey[]): void;
  /** At the end of each round. */
  onState(state: Pick<TermState, 'queue' | 'index' | 'deps' | 'now'>): void;
  onError(error: unknown): void;
}

export type EditMetrics = 'countEditRollout' | 'setEditWorkloads' | 'countEditError';

/** The Events of an edit that has rolled nobody. The others come of a rollout. */
const LEFT: Partial<Readonly<Record<Told['what'], EventReason>>> = {
  waits: 'RollWaits',
  'not-rolled': 'NotRolledAfterEdit',
  'would-roll': 'WouldRoll',
};

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

function factsOf(namespace: string, { decision, live }: Assessment, text: string) {
  const sources = decision.action === 'write' ? decision.moved : [];
  return toldFacts({ what: 'rolled', text, sources }, { namespace, operation: 'edit', hash: live?.hash });
}

/** Tells of a hold that what was written has ended. */
const endTeller = (tell: Tell) => (workload: Indexed, brought: Brought) => {
  if (brought.kind !== 'brought' || !brought.patched) return;
  for (const { what, text } of toldOf(brought, brought.read))
    if (what === 'hold-ended') void tell('HoldEnded', ofRollout(workload), text);
};

function setCounts(
  metrics: Telemetry<EditMetrics>['metrics'],
  queue: Queue,
  waiting: readonly Waiting[],
): void {
  const stopped = waiting.filter(({ obstacle }) => obstacle?.why === 'failed').length;
  const { settling, waiting: all, rolling } = countsOf(queue);
  metrics.setEditWorkloads({ settling, waiting: all - stopped, stopped, rolling });
}

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
  const tellEnd = endTeller(tell);
  return {
    onError,

    onRolled(workload, brought) {
      const { assessment } = brought;
      const { namespace } = workload.member;
      const [text = 'rolled after an edit'] = warningsOf(assessment.decision, assessment);
      metrics.countEditRollout('started');
      log.info({ namespace, workload: nameOfIndexed(workload) }, text);
      void tell('RolledAfterEdit', ofRollout(workload), text, factsOf(namespace, assessment, text));
      tellEnd(workload, brought);
    },

    onWritten: tellEnd,

    onLeft(workload, judged, cause) {
      if (judged.kind !== 'brought' || cause !== 'edit') return;
      for (const { what, text } of toldOf(judged, judged.read)) {
        const reason = LEFT[what];
        if (reason) void tell(reason, ofWorkload(workload), text);
      }
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

    onState({ queue, index, deps, now }) {
      const waiting = waitingOf(queue, now());
      setCounts(metrics, queue, waiting);
      tellStandstills(standstillsNow({ queue, index, deps, now }, waiting));
      errors.onRound(now());
    },
  };
}
