import type { Operation } from 'fast-json-patch';
import { valueAt } from '../workloads/fields.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { Reference } from './references.ts';
import { isWithinOf, type Usage, usages } from './usage.ts';

/** The object that a reference should point at. */
export interface Target {
  readonly name: string;
  /** The keys that the object holds. `none`: no object can have this name. */
  readonly holds: Pick<Usage, 'data' | 'binaryData'> | 'none';
}

export interface Pointed {
  readonly patch: Operation[];
  /**
   * References that stay as they are. They use keys that their target does not hold, or they require a target
   * that cannot exist.
   */
  readonly uncovered: readonly Reference[];
}

/** The segments of a field path: `spec.volumes[0].secret` -> `spec`, `volumes`, `0`, `secret`. */
const segmentsOf = (where: string): string[] => where.split(/[.[\]]+/).filter((segment) => segment !== '');

/**
 * The items of a volume that containers see. Undefined: they see all. The other items were never part of the
 * configuration. A copy lacks their keys, and the kubelet would wait for these.
 */
function seenItems(selector: unknown, { keys }: Reference): unknown[] | undefined {
  const items: unknown = valueAt(selector, ['items']);
  if (!Array.isArray(items) || keys === 'all') return undefined;
  const used = new Set(keys);
  const seen = items.filter((item) => used.has(String(valueAt(item, ['key']))));
  return seen.length < items.length ? seen : undefined;
}

/** A function that tells whether a target has all that a reference to it uses. */
function coverage(): (reference: Reference, target: Target) => boolean {
  // Many references may have one target, so its keys are prepared once.
  const prepared = new Map<Target['holds'], ReturnType<typeof isWithinOf>>();
  return (reference, { holds }) => {
    if (holds === 'none') return reference.optional;
    const isWithin = prepared.get(holds) ?? isWithinOf(holds);
    prepared.set(holds, isWithin);
    return usages([reference]).every(isWithin);
  };
}

/**
 * The operation that removes the entry of an environment with this reference. The API server accepts only
 * names there that an object can have, so a reference cannot be pointed at nothing. An entry whose optional
 * source is absent gives no variable, and neither does one that is not there.
 */
const removal = ([spec, containers, container, list, index]: readonly string[]): Operation => ({
  op: 'remove',
  path: `/${[spec, containers, container, list, index].join('/')}`,
});

/**
 * Patches in one, in an order in which all operations find their places. A removal moves the entries behind it,
 * so removals come last, and the last entry goes first.
 */
export function joinPatches(...patches: readonly (readonly Operation[])[]): Operation[] {
  const all = patches.flat();
  const removals = all.filter(({ op }) => op === 'remove');
  return [...all.filter(({ op }) => op !== 'remove'), ...removals.toReversed()];
}

/**
 * The JSON Patch that points these references of a pod at their targets.
 * @param targetOf gives the target of a reference. Undefined: the reference stays as it is
 */
export function pointAt(
  pod: PodTemplate,
  references: readonly Reference[],
  targetOf: (reference: Reference) => Target | undefined,
): Pointed {
  const patch: Operation[] = [];
  const removals: Operation[] = [];
  const uncovered: Reference[] = [];
  const isCovered = coverage();
  for (const reference of references) {
    const target = targetOf(reference);
    // The containers see none of the volume's items, so they read nothing of it. A list without items would
    // mean every key.
    if (!target || reference.keys.length === 0) continue;
    if (!isCovered(reference, target)) {
      uncovered.push(reference);
      continue;
    }
    const segments = segmentsOf(reference.where);
    if (target.holds === 'none' && reference.via === 'env') {
      removals.push(removal(segments));
      continue;
    }
    const pointer = `/${segments.join('/')}`;
    const selector = valueAt(pod, segments);
    const name = valueAt(selector, ['secretName']) === undefined ? 'name' : 'secretName';
    patch.push({ op: 'replace', path: `${pointer}/${name}`, value: target.name });
    const items = seenItems(selector, reference);
    if (items) patch.push({ op: 'replace', path: `${pointer}/items`, value: items });
  }
  return { patch: joinPatches(patch, removals), uncovered };
}
