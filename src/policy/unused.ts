import { ONLY } from '../marks/names.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { type Reference, references } from '../references/references.ts';
import { printSourceList } from '../references/source-list.ts';
import { sourceId } from '../references/sources.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Problem, Settings } from './settings.ts';

const usesKey = ({ keys }: Reference, key: string | undefined): boolean =>
  key === undefined || keys === 'all' || keys.includes(key);

/**
 * The names in `lockstep.dev/only` that the template does not refer to. Somebody has mistyped them, or has renamed a
 * source since. A pattern with a `*` may fit nothing: it may be meant for many workloads.
 */
export function unusedProblems(
  { metadata, template }: Pick<Workload, 'metadata' | 'template'>,
  { only, secrets }: Pick<Settings, 'only' | 'secrets'>,
): Problem[] {
  // A peer's list may name what the template does not refer to.
  if (!only || metadata.annotations?.[ONLY] === undefined) return [];
  const bySource = Map.groupBy(references(template), sourceId);
  const whyUnused = (entry: SourcePattern): string | undefined => {
    if (entry.name.includes('*')) return undefined;
    const found = bySource.get(sourceId(entry));
    if (!found?.some((reference) => usesKey(reference, entry.key)))
      return 'is not what the pod template refers to';
    return entry.kind === 'secret' && !secrets
      ? 'is a Secret, and Secrets are switched off in this cluster'
      : undefined;
  };
  return only.flatMap((entry) => {
    const why = whyUnused(entry);
    return why === undefined ? [] : [{ annotation: ONLY, part: printSourceList([entry]), why }];
  });
}
