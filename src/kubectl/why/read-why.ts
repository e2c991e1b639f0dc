import { templateMarksOf } from '../../marks/marks.ts';
import { apiVersionOf, nameOf, type Workload } from '../../workloads/workload.ts';
import { noRevisionError, revisionsError } from '../errors.ts';
import { type OwnRevision, readRevisions } from '../history/own-revisions.ts';
import { readOne, timeOf } from '../history/read-history.ts';
import { templateChanges } from '../history/template-changes.ts';
import type { Session } from '../session.ts';
import type { NamedWorkload } from '../workload-args.ts';
import { callersOf, editedNoteOf } from './callers.ts';
import type { Cause, Span } from './cause.ts';
import { configurationCauses } from './configuration.ts';
import { readEvents, reportedBy } from './events.ts';

/** What made a revision. Plain data, without any value of a source. */
export interface WorkloadWhy {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadWhy';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly workload: { readonly apiVersion: string; readonly kind: string };
  readonly revision: {
    readonly number: number;
    readonly kind: OwnRevision['kind'];
    readonly name: string;
    readonly since?: string;
    readonly current: boolean;
  };
  /** The number of the revision before. Absent: it is gone, or there was none. */
  readonly before?: number;
  readonly causes: readonly Cause[];
}

const FIRST: Cause = {
  certainty: 'unknown',
  about: 'configuration',
  message: 'it is the oldest revision that is left, so there is nothing to compare it with',
};
const NOTHING: Cause = {
  certainty: 'unknown',
  about: 'configuration',
  message: 'neither its configuration nor its template differs from the revision before',
};

/** Times have steps of a second. */
const STEP_MS = 1_000;

/** The revision that is asked for, and the one before it. */
function pairOf(workload: Workload, revisions: readonly OwnRevision[], number: number | undefined) {
  const at = revisions.findIndex((each) => (number === undefined ? each.isCurrent : each.number === number));
  const [now, before] = [revisions[at], revisions[at - 1]];
  if (now) return { now, before };
  if (number !== undefined)
    throw noRevisionError(
      nameOf(workload),
      number,
      revisions.map((each) => each.number),
    );
  throw revisionsError(nameOf(workload), 'has no revision yet: its controller has not made one');
}

async function differencesOf(
  session: Session,
  workload: Workload,
  before: OwnRevision | undefined,
  now: OwnRevision,
  span: Span,
): Promise<readonly Cause[]> {
  if (!before) return [FIRST];
  const configuration = await configurationCauses(session, workload, [before, now], span);
  const template = templateChanges(before.template, now.template).map(
    (message): Cause => ({ certainty: 'certain', about: 'template', message }),
  );
  const all = [...configuration, ...template];
  return all.length > 0 ? all : [NOTHING];
}

function toWhy(
  { kind, namespace, metadata }: Workload,
  now: OwnRevision,
  before: OwnRevision | undefined,
  causes: readonly Cause[],
): WorkloadWhy {
  const since = timeOf(now.sinceMs);
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadWhy',
    metadata: { namespace, name: metadata.name ?? '' },
    workload: { apiVersion: apiVersionOf(kind), kind: kind.kind },
    revision: {
      number: now.number,
      kind: now.kind,
      name: now.name,
      ...(since !== undefined && { since }),
      current: now.isCurrent,
    },
    ...(before && { before: before.number }),
    causes,
  };
}

/** Reads what made a revision of a workload. */
export async function readWhy(
  session: Session,
  named: NamedWorkload,
  number: number | undefined,
): Promise<{ readonly why: WorkloadWhy; readonly notes: readonly string[] }> {
  const workload = await readOne(session, named);
  const { now, before } = pairOf(workload, await readRevisions(session, workload), number);
  const span: Span = { fromMs: before && before.sinceMs - 2 * STEP_MS, untilMs: now.sinceMs };
  const events = await readEvents(session, workload);
  const [hash, hashBefore] = [now, before].map(
    (each) => templateMarksOf(each?.template.metadata?.annotations).hash,
  );
  const why = toWhy(workload, now, before, [
    ...(await differencesOf(session, workload, before, now, span)),
    ...editedNoteOf(workload, now, { ...span, untilMs: span.untilMs + STEP_MS }),
    ...reportedBy(events ?? [], hash === hashBefore ? undefined : hash, span),
    ...callersOf(workload, now, span),
  ]);
  return { why, notes: events ? [] : ['you may not list Events here, so they are left out'] };
}
