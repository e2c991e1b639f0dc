import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { pageDecoder, pages } from '../../api/pages.ts';
import { segment } from '../../api/path.ts';
import { REPORTING_CONTROLLER } from '../../cluster/event-manifest.ts';
import { CALL, CALLER, CONFIG_HASH } from '../../marks/names.ts';
import { maybe, StringMap } from '../../schema.ts';
import type { Workload } from '../../workloads/workload.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';
import { type Cause, isWithin, type Span } from './cause.ts';

const text = maybe(Type.String());
/** The part of a core/v1 Event that is read here. The API server serves those of events.k8s.io as such, too. */
const Event = Type.Object({
  metadata: Type.Object({ annotations: maybe(StringMap), creationTimestamp: text }),
  reason: text,
  message: text,
  eventTime: text,
  lastTimestamp: text,
  reportingComponent: text,
});
const isEvent = Compile(Event);

/** An Event that lockstep has recorded about a workload. */
export interface OwnEvent {
  readonly reason: string;
  readonly message: string;
  readonly time: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

const PAGE_SIZE = 500;
const decodePage = pageDecoder(Type.Unknown(), 'Events');

/** Reads lockstep's Events about a workload. Undefined: the person may not. The API server forgets them in an hour. */
export function readEvents(session: Session, workload: Workload): Promise<readonly OwnEvent[] | undefined> {
  return unlessForbidden(session, () => ownEvents(session, workload), undefined);
}

async function ownEvents(
  { client, signal }: Session,
  { namespace, metadata }: Workload,
): Promise<readonly OwnEvent[]> {
  const selector = segment(`involvedObject.uid=${metadata.uid ?? ''}`);
  const path = `/api/v1/namespaces/${segment(namespace)}/events?fieldSelector=${selector}`;
  const found: OwnEvent[] = [];
  const request = { resource: 'events', path, signal };
  for await (const items of pages(client, request, { size: PAGE_SIZE, decode: decodePage }))
    for (const item of items) {
      if (!isEvent.Check(item) || item.reportingComponent !== REPORTING_CONTROLLER) continue;
      const time = item.eventTime ?? item.lastTimestamp ?? item.metadata.creationTimestamp ?? undefined;
      const annotations = item.metadata.annotations ?? {};
      found.push({ reason: item.reason ?? '', message: item.message ?? '', time, annotations });
    }
  return found;
}

/** An Event is recorded some seconds after what it tells of. */
const LATE_MS = 10_000;

/** Events that tell of another rollout than that of this hash. */
const isOfOther = ({ annotations }: OwnEvent, hash: string | undefined): boolean =>
  annotations[CONFIG_HASH] !== undefined && annotations[CONFIG_HASH] !== hash;

/**
 * What Events say of a revision: those that name its hash, and others of its time.
 * @param hash undefined: the revision has brought no new one
 */
export function reportedBy(
  events: readonly OwnEvent[],
  hash: string | undefined,
  span: Span,
): readonly Cause[] {
  const inTime = { ...span, untilMs: span.untilMs + LATE_MS };
  return events
    .filter((event) => !isOfOther(event, hash) && isWithin(inTime, event.time))
    .map(({ reason, message, time, annotations }): Cause => {
      const [call, caller] = [annotations[CALL], annotations[CALLER]];
      const by = caller === undefined || message.includes(caller) ? '' : ` [${call ?? 'call'} by ${caller}]`;
      const when = time === undefined ? {} : { time };
      return { certainty: 'reported', about: 'caller', message: `${reason}: ${message}${by}`, ...when };
    });
}
