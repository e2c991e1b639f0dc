import type { PublishedPolicy } from '../config/published.ts';
import { LockstepError } from '../errors.ts';
import { type Reference, references } from '../references/references.ts';
import { type Keys, sourceId } from '../references/sources.ts';
import { type Usage, usages } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import { furtherReferences } from './whose-word.ts';

/**
 * Every use of configuration of a workload, whether it counts or not: those of its template, and those that its
 * annotations name. Undefined: there are more than lockstep looks at.
 */
export function allReferences(policy: PublishedPolicy, workload: Workload): readonly Reference[] | undefined {
  try {
    return [...references(workload.template), ...furtherReferences(policy, workload)];
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return undefined;
    throw error;
  }
}

/** What a workload uses of each source, whether it counts or not: id -> usage. */
export const usedSources = (all: readonly Reference[]): ReadonlyMap<string, Usage> =>
  new Map(usages(all).map((usage) => [sourceId(usage), usage]));

/** The keys of a source that a usage covers. */
export function keysOf({ data, binaryData }: Pick<Usage, 'data' | 'binaryData'>): Keys {
  if (data === 'all' || binaryData === 'all') return 'all';
  return [...new Set([...data, ...binaryData])].sort();
}

/** `all`, `all but debug`, `a, b`, for people. */
export function keysText(keys: Keys, except: readonly string[] = []): string {
  if (keys !== 'all') return keys.length > 0 ? keys.join(', ') : 'none';
  return except.length > 0 ? `all but ${except.join(', ')}` : 'all';
}
