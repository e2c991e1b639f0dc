import { type Indexed, idOfSource, nameOfIndexed } from './indexed.ts';
import type { Waiting } from './outlook.ts';
import { isFlapping, type Proofs } from './proofs.ts';
import type { SourceKey } from './source-state.ts';
import type { WorkloadIndex } from './workload-index.ts';

/** Something that does not go on by itself, or only slowly, so that people are told. */
export interface Standstill {
  /** The same one has the same id. */
  readonly id: string;
  readonly of:
    | { readonly is: 'workload'; readonly workload: Indexed }
    | { readonly is: 'source'; readonly source: SourceKey };
  readonly text: string;
}

/** What people are told of what waits now. */
export function standstillsOf(
  waiting: readonly Waiting[],
  proofs: Proofs,
  index: Pick<WorkloadIndex, 'get'>,
): readonly Standstill[] {
  return waiting.flatMap(({ key, obstacle }): Standstill[] => {
    const workload = index.get(key);
    if (!workload || !obstacle) return [];
    const { source } = obstacle;
    const id = idOfSource(source);
    if (obstacle.why === 'failed') {
      const other = index.get(obstacle.by);
      const failed = other ? nameOfIndexed(other) : 'another workload';
      const name = nameOfIndexed(workload);
      const why = `${id} changed, and ${failed} did not come through with it`;
      const text = `${why}: ${name} waits until ${id} is edited again`;
      return [{ id: `${key} ${source} ${obstacle.by}`, of: { is: 'workload', workload }, text }];
    }
    if (obstacle.why === 'unproven' || !isFlapping(proofs, source)) return [];
    const text = `${id} is edited again and again: its workloads roll for it less and less often`;
    return [{ id: source, of: { is: 'source', source }, text }];
  });
}
