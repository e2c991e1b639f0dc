import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { type EventType, objectEvent } from '../../lab/control-plane/events.ts';
import type { KubeObject } from '../../lab/control-plane/objects.ts';
import { watch } from '../../lab/control-plane/watch.ts';
import { copiesNamedBy } from '../../src/copies/named.ts';
import { COPY_LABEL } from '../../src/marks/names.ts';

/** An event with the time of its arrival in milliseconds since the epoch. */
const heardEvent = (type: EventType, object: KubeObject) => ({
  ...objectEvent(type, object),
  at: Date.now(),
});
export type Heard = ReturnType<typeof heardEvent>;

/** Watches the copies in one namespace, and the objects that name them. */
export async function watchCopies(cluster: ClusterClient, namespace: string) {
  const [configMaps, ...namers] = await Promise.all([
    watch(cluster, `/api/v1/namespaces/${namespace}/configmaps`, heardEvent),
    watch(cluster, `/apis/apps/v1/namespaces/${namespace}/replicasets`, heardEvent),
    watch(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, heardEvent),
  ]);
  const all = [configMaps, ...namers];
  return {
    copies: () => configMaps.events.filter(isCopy),
    namers: () => namers.flatMap(({ events }) => events),
    gaps: () => all.reduce((sum, watcher) => sum + watcher.gaps(), 0),
    stop: async () => void (await Promise.all(all.map((watcher) => watcher.stop()))),
  };
}

const isCopy = ({ object }: Heard) => object.metadata.labels?.[COPY_LABEL] === 'true';
/** One etcd numbers the writes of all objects in one order. */
const version = ({ resourceVersion }: Heard) => Number(resourceVersion);

/** A time in which something holds. Without an end, it still holds. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** The time at which the event of its end arrived. */
  readonly endedAt: number;
}

/** Copy name -> the spans of resourceVersions in which a workload's template named it. */
function needs(namers: readonly Heard[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const events of Map.groupBy(namers, ({ uid }) => uid).values()) {
    for (const [i, event] of events.entries()) {
      if (event.type === 'DELETED') continue;
      const next = events[i + 1];
      const span = {
        from: version(event),
        to: next ? version(next) : Number.POSITIVE_INFINITY,
        endedAt: next ? next.at : Number.POSITIVE_INFINITY,
      };
      for (const { name } of copiesNamedBy(event.object.spec?.template?.metadata?.annotations ?? {}))
        spans.set(name, [...(spans.get(name) ?? []), span]);
    }
  }
  return spans;
}

export interface CopyLives {
  readonly made: number;
  readonly deleted: number;
  /** Names of copies that were deleted while a workload's template named them. */
  readonly missed: readonly string[];
  /**
   * The longest time that a copy existed without being needed, over all copies, past and present;
   * milliseconds.
   */
  readonly longestUnneededMs: number;
  /** The names of the copies that exist at the end. */
  readonly left: readonly string[];
  /** The names that templates contain at the end. */
  readonly needed: readonly string[];
}

/** The lives of all copies. */
export function copyLives(copies: readonly Heard[], namers: readonly Heard[], nowMs: number): CopyLives {
  const spans = needs(namers);
  const lives = [...Map.groupBy(copies, ({ uid }) => uid).values()].map((events) => {
    const [first, last] = [events[0], events.at(-1)];
    const name = first?.name ?? '';
    const gone = last?.type === 'DELETED' ? last : undefined;
    const needed = spans.get(name) ?? [];
    const since = Math.max(first?.at ?? 0, ...needed.map(({ endedAt }) => endedAt));
    return {
      name,
      gone,
      missed: gone !== undefined && needed.some(({ from, to }) => from < version(gone) && version(gone) < to),
      unneededMs: Math.max(0, (gone?.at ?? nowMs) - since),
    };
  });
  const atTheEnd = [...spans].filter(([, each]) => each.some(({ to }) => to === Number.POSITIVE_INFINITY));
  return {
    made: lives.length,
    deleted: lives.filter(({ gone }) => gone).length,
    missed: lives.filter(({ missed }) => missed).map(({ name }) => name),
    longestUnneededMs: Math.max(0, ...lives.map(({ unneededMs }) => unneededMs)),
    left: lives
      .filter(({ gone }) => !gone)
      .map(({ name }) => name)
      .sort(),
    needed: atTheEnd.map(([name]) => name).sort(),
  };
}
