import type { Leadership } from '../background/leader.ts';
import { type Repetition, repeat } from '../background/repeat.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createReports } from './reports.ts';
import type { ControllerDeps } from './state.ts';
import { serveTerm } from './term.ts';

/** Whether this replica leads is asked so often. */
const PACE_MS = 500;

/**
 * Brings workloads into step after edits, until it is closed. Only the leader does so, and only it follows sources and
 * workloads: other replicas ask the API server for nothing.
 */
export function openController(
  deps: ControllerDeps,
  leadership: Pick<Leadership, 'leads'>,
  telemetry: Telemetry<'countEditRollout' | 'setEditWorkloads' | 'countEditError'>,
): Repetition {
  const { log, metrics } = telemetry;
  return repeat(async (closing) => {
    if (!leadership.leads()) return PACE_MS;
    const ended = new AbortController();
    const signal = AbortSignal.any([closing, ended.signal]);
    log.info('following edits');
    const watch = setInterval(() => {
      if (!leadership.leads()) ended.abort();
    }, PACE_MS);
    try {
      await serveTerm(deps, createReports(deps.ports.record, telemetry, signal), signal);
    } finally {
      clearInterval(watch);
      deps.tally.end('edits');
      metrics.setEditWorkloads({ settling: 0, waiting: 0, stopped: 0, rolling: 0 });
    }
    return PACE_MS;
  });
}
