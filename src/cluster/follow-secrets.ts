import { sleep } from '../abort.ts';
import { withCallDeadline } from '../api/bounded.ts';
import type { ApiClient } from '../api/client.ts';
import type { Follow, Follower, Place, SourceVersion } from '../controller/ports.ts';
import { messageOf } from '../errors.ts';
import { isInScope, type NamespaceScope } from '../policy/scope.ts';
import { readMeta } from './meta-reads.ts';
import { canExist, pathOf } from './object-reads.ts';
import { versionOf } from './source-versions.ts';

/** So many reads at once at most: they share connections with reviews, which have 32. */
const AT_ONCE = 2;

const CALL_MS = 10_000;

const ABSENT = 'absent';

/** What is known of the Secrets that are referred to: the version, or that there is none. */
type Known = Map<string, string>;

const keyOf = ({ namespace, name }: Place): string => `${namespace}/${name}`;

/** Each place once. Namespaces take turns, so that one with many Secrets does not delay the others to the end. */
export function inTurns(places: Iterable<Place>): readonly Place[] {
  const byNamespace = new Map<string, Map<string, Place>>();
  for (const place of places) {
    const names = byNamespace.get(place.namespace) ?? new Map<string, Place>();
    byNamespace.set(place.namespace, names.set(place.name, place));
  }
  const queues = [...byNamespace.values()].map((names) => [...names.values()]);
  const rounds = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => queues.flatMap((queue) => queue[round] ?? [])).flat();
}

/** Runs the work for each item, `AT_ONCE` at a time, spread evenly over the time. */
async function spread<T>(
  items: readonly T[],
  overMs: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
) {
  const started = performance.now();
  const next = items.entries();
  const run = async () => {
    for (const [index, item] of next) {
      const dueMs = started + (index * overMs) / items.length - performance.now();
      if (signal.aborted || (dueMs > 0 && !(await sleep(dueMs, signal)))) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
}

/** Reads the metadata of a Secret, and tells what is new. */
async function look(
  client: ApiClient,
  place: Place,
  known: Known,
  follower: Follower<SourceVersion>,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name } = place;
  const path = pathOf(namespace, 'secret', name);
  const found = canExist(place) ? await readMeta(client, 'secrets', path, signal) : undefined;
  const now = found ? versionOf(found) : ABSENT;
  if (known.get(keyOf(place)) === now) return;
  known.set(keyOf(place), now);
  if (now === ABSENT) follower.onGone({ namespace, name });
  else follower.onSeen({ kind: 'secret', namespace, name, version: now });
}

/**
 * Follows the Secrets that are referred to by reading the metadata of each, in passes. A watch would read the values of
 * all Secrets. A Secret that is absent when it is first looked at is told gone, too, once.
 */
export const followSecrets =
  (client: ApiClient, scope: NamespaceScope, everyMs: number) =>
  (referred: () => Iterable<Place>): Follow<SourceVersion> => {
    const bounded = withCallDeadline(client, CALL_MS);
    const known: Known = new Map();

    /** Resolves with true if every Secret was looked at. */
    async function pass(follower: Follower<SourceVersion>, signal: AbortSignal): Promise<boolean> {
      const places = inTurns(referred()).filter(({ namespace }) => isInScope(scope, namespace));
      const keys = new Set(places.map(keyOf));
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
      // What fails for one fails for many. The follower is told once in a pass.
      const told = new Set<string>();
      await spread(places, everyMs, signal, async (place) => {
        try {
          await look(bounded, place, known, follower, signal);
        } catch (error) {
          if (signal.aborted || told.has(messageOf(error))) return;
          told.add(messageOf(error));
          follower.onError(error);
        }
      });
      return told.size === 0;
    }

    return async (follower, signal) => {
      while (!signal.aborted) {
        const ends = performance.now() + everyMs;
        const isComplete = await pass(follower, signal);
        if (signal.aborted) return;
        if (isComplete) follower.onSynced();
        await sleep(Math.max(0, ends - performance.now()), signal);
      }
    };
  };
