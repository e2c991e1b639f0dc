import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../api/client.ts';
import { openLeadership, UNOPPOSED } from '../background/leader.ts';
import { leaseOf } from '../cluster/lease.ts';
import { leftoversIn } from '../cluster/leftovers.ts';
import { templateNotes } from '../cluster/templates.ts';
import type { PinConfig } from '../config/pin.ts';
import type { SourceKind } from '../references/sources.ts';
import { complaints } from '../telemetry/complaints.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Found, type SweepDeps, sweep } from './round.ts';

export interface Sweeper {
  /** Ends a sweep that runs, and leaves further ones to the other replicas. */
  close(): Promise<void>;
}

interface Telling {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Leftovers do no harm: there is no hurry. */
const LONGEST_PACE_MS = 60_000;
/** For one call of a sweep, of which nobody waits for the answer. */
const CALL_MS = 10_000;

/** Each call with a deadline of its own, however long the sweep takes. */
const patient = (client: ApiClient): ApiClient => ({
  ...client,
  request: (request) =>
    client.request({ ...request, signal: AbortSignal.any([request.signal, AbortSignal.timeout(CALL_MS)]) }),
});

/**
 * Removes copies that nobody came to own, and leaves the others to their ReplicaSets, by one replica at a time, until it is closed. Errors are counted, and logged where
 * they begin.
 * @param kinds of sources that are copied
 */
export function openSweeper(
  client: ApiClient,
  { graceMs, lease }: PinConfig,
  kinds: readonly SourceKind[],
  { log, metrics }: Telling,
): Sweeper {
  const closing = new AbortController();
  const wrong = complaints((err) => log.error({ err }, 'leftover copies not swept'));
  const failed = () => metrics.copySwept('error');
  const leadership = lease ? openLeadership(leaseOf(client, lease), { log, failed }) : UNOPPOSED;
  const calls = patient(client);
  const deps: SweepDeps = {
    leftovers: leftoversIn(calls),
    templates: (namespace, signal) => templateNotes(calls, namespace, signal),
    kinds,
    graceMs,
    swept(result, { kind, namespace, name }) {
      metrics.copySwept(result);
      // That a ReplicaSet owns its copies is as it should be.
      const level = result === 'deleted' ? 'info' : 'debug';
      log[level]({ result, copy: `${kind}/${name}`, namespace }, 'leftover copy');
    },
    failed(error) {
      failed();
      wrong.add(error);
    },
  };

  async function run(): Promise<void> {
    const paceMs = Math.min(graceMs / 4, LONGEST_PACE_MS);
    const rested = () => pause(paceMs, true, { signal: closing.signal }).catch(() => false);
    let found: Found = new Set();
    while (await rested()) {
      found = leadership.leads() ? await sweep(deps, found, closing.signal) : new Set();
      wrong.settle();
    }
  }
  const running = run();

  return {
    async close() {
      closing.abort();
      await running;
      await leadership.close();
    },
  };
}
