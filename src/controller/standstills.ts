import { type Indexed, idOfSource, nameOfIndexed, namespaceOfSource } from './indexed.ts';
import type { Waiting } from './outlook.ts';
import type { EventSubject } from './ports.ts';
import { isFlapping, type Proofs } from './proofs.ts';
import type { SourceKey } from './source-state.ts';
import type { WorkloadIndex } from './workload-index.ts';

export const ofWorkload = ({ kind, name, uid, member }: Indexed): EventSubject => ({
  is: 'workload',
  kind,
  namespace: member.namespace,
  name,
  uid,
});

/** Each rollout is an occasion of its own. After it, the workload has another generation. */
export const ofRollout = (workload: Indexed): EventSubject => ({
  ...ofWorkload(workload),
  occasion: String(workload.generation),
});

export const ofSource = (source: SourceKey, occasion?: string): EventSubject => ({
  is: 'source',
  namespace: namespaceOfSource(source),
  id: idOfSource(source),
  occasion,
});

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
