import type { Leadership } from '../background/leader.ts';
import type { Repetition } from '../background/repeat.ts';
import { whileLeading } from '../background/while-leading.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createReports } from './reports.ts';
import type { ControllerDeps } from './state.ts';
import { serveTerm } from './term.ts';

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
  return whileLeading(leadership, async (signal) => {
    log.info('following edits');
    try {
      await serveTerm(deps, createReports(deps.ports.record, telemetry, signal), signal);
    } finally {
      deps.tally.end('edits');
      metrics.setEditWorkloads({ settling: 0, waiting: 0, stopped: 0, rolling: 0 });
    }
  });
}
