import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder } from '../api/pages.ts';
import { settledTemplate } from '../workloads/settled-template.ts';
import { apiVersionOf, type Workload, type WorkloadKind, workloadOf } from '../workloads/workload.ts';
import { itemsOf } from './items.ts';

/** A Rollout with its status takes about 8 KiB. A namespace with more Rollouts than that is not looked through. */
const PAGE_SIZE = 100;
const MOST_ROLLOUTS = 1_000;

const decode = pageDecoder(Type.Unknown(), 'workloads');

/**
 * Finds the workload that takes its template from another one. `unknown`: there are several, or too many to look at.
 * @param kind the kind of workload that can take its template from others
 * @param folder the API path of the workloads of this kind
 */
export async function readRunner(
  client: ApiClient,
  kind: WorkloadKind,
  folder: string,
  { kind: of, namespace, metadata }: Workload,
  signal: AbortSignal,
): Promise<Workload | 'unknown' | undefined> {
  const viewOf = (item: unknown) => {
    const checked = kind.check(item);
    return checked.kind === 'checked' ? workloadOf(kind, checked.object, namespace) : undefined;
  };
  const refersToIt = (item: unknown) => {
    const ref = viewOf(item)?.templateRef;
    return ref?.kind === of.kind && ref.apiVersion === apiVersionOf(of) && ref.name === metadata.name;
  };
  const bounds = { size: PAGE_SIZE, most: MOST_ROLLOUTS, decode, mayBeAbsent: true };
  const found = await itemsOf(client, { resource: kind.resource, path: folder, signal }, bounds, refersToIt);
  if (!found || found.length > 1) return 'unknown';
  return viewOf(found[0]);
}

/**
 * The workload whose controller keeps the revisions of this one's template, and makes the pods. Undefined: it is not
 * known which that is.
 */
export function holderOf(workload: Workload): Workload | undefined {
  const { runner, template, selector } = workload;
  if (!runner) return workload;
  if (runner === 'unknown') return undefined;
  // What the controller has observed is its own spec, and not yet this template.
  const rollout = { ...runner.rollout, observed: false };
  return { ...runner, template: settledTemplate(template), selector: runner.selector ?? selector, rollout };
}
