import { missingKeys } from '../../digest/source.ts';
import { type Keys, type SourceRef, sourceId } from '../../references/sources.ts';
import { type Existing, isSystemName } from './inventory.ts';
import type { Use } from './user.ts';

/**
 * How a source stands to its users.
 * - `Used`: it exists, and somebody uses it
 * - `Unused`: it exists, and nothing that was looked at uses it
 * - `Missing`: it does not exist, and pods that need it cannot start
 * - `MissingKeys`: it exists, and lacks keys that pods cannot start without
 * - `Absent`: it does not exist, and its users start without it
 * - `Unknown`: somebody uses it, and the person may not see whether it exists
 */
export type UsageState = 'Used' | 'Unused' | 'Missing' | 'MissingKeys' | 'Absent' | 'Unknown';

/** A user of a source, in a report. */
export interface ReportedUse {
  /** `deployment/web` */
  readonly by: string;
  /** Absent: it uses the object as such, to pull images, say. */
  readonly keys?: Keys;
  /** Patterns of keys that do not count. */
  readonly except: readonly string[];
  readonly optional: boolean;
  /** Field paths. */
  readonly places: readonly string[];
  /** Keys that it cannot start without, and that the source lacks. */
  readonly missingKeys: readonly string[];
}

/** Who uses one source. Plain data, and no value of any source. */
export interface SourceUsage {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'SourceUsage';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly source: { readonly apiVersion: 'v1'; readonly kind: 'ConfigMap' | 'Secret' };
  readonly state: UsageState;
  readonly usedBy: readonly ReportedUse[];
}

function lackedBy({ usage }: Use, existing: Existing | undefined): readonly string[] {
  if (!usage || !existing?.keys) return [];
  const contentOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, '']));
  const { data, binaryData } = existing.keys;
  return missingKeys(usage, { data: contentOf(data), binaryData: contentOf(binaryData) });
}

function stateOf(
  uses: readonly ReportedUse[],
  existing: Existing | undefined,
  isListed: boolean,
): UsageState {
  if (existing) {
    if (uses.length === 0) return 'Unused';
    return uses.some((use) => use.missingKeys.length > 0) ? 'MissingKeys' : 'Used';
  }
  if (!isListed) return 'Unknown';
  return uses.some((use) => !use.optional) ? 'Missing' : 'Absent';
}

export const placeOf = ({ kind, name, namespace }: SourceRef & { readonly namespace: string }): string =>
  `${namespace}/${sourceId({ kind, name })}`;

/** Who uses a source. */
export function usageOf(
  source: SourceRef & { readonly namespace: string },
  uses: readonly Use[],
  existing: Existing | undefined,
  isListed: boolean,
): SourceUsage {
  const usedBy = uses
    .map((use) => ({
      by: use.by,
      ...(use.keys !== undefined && { keys: use.keys }),
      except: use.except,
      optional: use.optional,
      places: use.places,
      missingKeys: lackedBy(use, existing),
    }))
    .toSorted((a, b) => (a.by < b.by ? -1 : 1));
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'SourceUsage',
    metadata: { namespace: source.namespace, name: source.name },
    source: { apiVersion: 'v1', kind: source.kind === 'secret' ? 'Secret' : 'ConfigMap' },
    state: stateOf(usedBy, existing, isListed),
    usedBy,
  };
}

/**
 * Who uses what, of all sources that exist or that somebody refers to.
 * @param listed the sources that exist, by kind. Undefined: they are not known
 */
export function usagesOfAll(
  uses: readonly Use[],
  listed: Readonly<Record<SourceRef['kind'], readonly Existing[] | undefined>>,
): SourceUsage[] {
  const existing = [...(listed.configmap ?? []), ...(listed.secret ?? [])];
  const known = new Map(existing.map((each) => [placeOf(each), each]));
  const byPlace = Map.groupBy(uses, placeOf);
  const all = new Map<string, SourceRef & { readonly namespace: string }>([
    ...uses.map((use) => [placeOf(use), use] as const),
    ...existing
      .filter(({ isCopy, isSystem }) => !isCopy && !isSystem)
      .map((each) => [placeOf(each), each] as const),
  ]);
  return [...all]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([place, { kind, name }]) => !known.get(place)?.isSystem && !isSystemName(kind, name))
    .map(([place, source]) =>
      usageOf(source, byPlace.get(place) ?? [], known.get(place), listed[source.kind] !== undefined),
    );
}

/** Whether pods cannot start as things are. */
export const isProblem = ({ state }: SourceUsage): boolean => state === 'Missing' || state === 'MissingKeys';
