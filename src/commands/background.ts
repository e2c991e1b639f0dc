import { openLeadership, SOLE_REPLICA } from '../background/leader.ts';
import { openCensus } from '../census/census.ts';
import { workloadCounts } from '../census/series.ts';
import { openController } from '../controller/controller.ts';
import { openSweeper } from '../sweep/sweeper.ts';
import { openUnblocker } from '../unblock/unblocker.ts';
import type { Program } from './compose.ts';

/**
 * Starts the work that no call asks for.
 * @returns a function that ends it
 */
export function startBackground({
  sweeping,
  unblocking,
  controlling,
  counting,
  tally,
  lease,
  telemetry,
}: Program): () => Promise<void> {
  // Nothing else needs a leader.
  if (!sweeping && !unblocking && !controlling && !counting) return async () => undefined;
  const leadership = lease ? openLeadership(lease, telemetry) : SOLE_REPLICA;
  telemetry.metrics.readGauge('leader', () => Number(leadership.leads()));
  telemetry.metrics.readWorkloads(() => (leadership.leads() ? workloadCounts(tally) : undefined));
  const work = [
    ...(sweeping ? [openSweeper(sweeping, leadership, telemetry)] : []),
    ...(unblocking ? [openUnblocker(unblocking, leadership, telemetry)] : []),
    ...(controlling ? [openController(controlling, leadership, telemetry)] : []),
    ...(counting ? [openCensus(counting, leadership, telemetry)] : []),
  ];
  return async () => {
    await Promise.all(work.map((each) => each.close()));
    await leadership.close();
  };
}
