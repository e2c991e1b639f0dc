import { type Static, Type } from 'typebox';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { maybe } from '../schema.ts';
import { unlessForbidden } from './forbidden.ts';
import type { WorkloadReport } from './report.ts';
import type { Session } from './session.ts';

/** Events of the leader about workloads that have drifted, and wait: reason of the Event -> why, as one word. */
const REASONS = { WaitsForEdit: 'stopped', RollWaits: 'queued' } as const;
type Reason = keyof typeof REASONS;

const Event = Type.Object({
  involvedObject: Type.Object({
    kind: maybe(Type.String()),
    namespace: maybe(Type.String()),
    name: maybe(Type.String()),
  }),
  message: maybe(Type.String()),
  eventTime: maybe(Type.String()),
  lastTimestamp: maybe(Type.String()),
});
const decode = pageDecoder(Event, 'Events');

const keyOf = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`;
const timeOf = ({ eventTime, lastTimestamp }: Static<typeof Event>): string =>
  eventTime ?? lastTimestamp ?? '';

/** Why workloads wait, by namespace, kind and name. Of several Events about one workload, the latest counts. */
type Waits = ReadonlyMap<
  string,
  { readonly reason: string; readonly message: string; readonly time: string }
>;

async function readWaits({ client, signal }: Session, namespace: string | undefined): Promise<Waits> {
  const folder =
    namespace === undefined ? '/api/v1/events' : `/api/v1/namespaces/${segment(namespace)}/events`;
  const waits = new Map<string, { reason: string; message: string; time: string }>();
  for (const event of Object.keys(REASONS) as Reason[]) {
    const path = `${folder}?fieldSelector=${segment(`reason=${event}`)}`;
    for await (const items of pages(client, { resource: 'events', path, signal }, { size: 500, decode }))
      for (const item of items) {
        const { kind, namespace: of, name } = item.involvedObject;
        const key = keyOf(of ?? '', kind ?? '', name ?? '');
        const time = timeOf(item);
        if (time < (waits.get(key)?.time ?? '')) continue;
        waits.set(key, { reason: REASONS[event], message: item.message ?? '', time });
      }
  }
  return waits;
}

/**
 * Says of drifted workloads why they wait, as the leader has told in Events: another workload did not come through with
 * the same content, or it is not their turn. Where Events may not be read, nothing is added.
 */
export async function withWaits(
  session: Session,
  namespace: string | undefined,
  reports: readonly WorkloadReport[],
): Promise<readonly WorkloadReport[]> {
  if (!reports.some(({ state }) => state === 'Drifted') || !(await session.policy()).policy.edit)
    return reports;
  const waits = await unlessForbidden(session, () => readWaits(session, namespace), undefined);
  return reports.map((report) => {
    const { state, workload, metadata } = report;
    const wait = waits?.get(keyOf(metadata.namespace, workload.kind, metadata.name));
    if (state !== 'Drifted' || !wait) return report;
    return { ...report, state: 'Waiting', reason: wait.reason, message: wait.message };
  });
}
