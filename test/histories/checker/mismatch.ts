import { configState, shortDigest } from '../../../src/digest/format.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { History } from './history.ts';
import { digestsIn, FORMAT, usagesOf } from './source-states.ts';
import type { Window } from './windows.ts';
import { standingConfig } from './workload-steps.ts';

/** Why the record of a workload is not what its sources held in a window. undefined: it is. */
export function mismatch(history: History, workload: Workload, window: Window): string | undefined {
  const recorded = standingConfig(workload);
  if (!recorded) return 'nothing is recorded';
  const digests = new Map<string, string>();
  for (const usage of usagesOf(workload)) {
    const id = sourceId(usage);
    const live = digestsIn(history, usage, window);
    const match = [...live].find((digest) => shortDigest(digest) === recorded.sources[id]);
    if (match === undefined) {
      const were = [...live].map(shortDigest).join(' or ');
      return `${id} is recorded as ${recorded.sources[id] ?? 'nothing'}, and was ${were} from @${window.from} to @${window.to}`;
    }
    digests.set(id, match);
  }
  const { hash, sources } = configState(digests, FORMAT);
  if (Object.keys(recorded.sources).length !== Object.keys(sources).length)
    return 'more sources are recorded than are used';
  return hash === recorded.hash ? undefined : 'the config hash is not that of the recorded sources';
}
