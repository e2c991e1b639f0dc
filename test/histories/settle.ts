import { type Api, openApi } from '../../lab/control-plane/api.ts';
import type { ClusterData } from '../../lab/control-plane/client.ts';
import { describeEvent, type ObjectEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { list } from '../../lab/control-plane/follow.ts';
import type { KubeObject } from '../../lab/control-plane/objects.ts';
import type { Watcher } from '../../lab/control-plane/watch.ts';
import { messageOf } from '../../src/errors.ts';
import { BUILT_IN_KINDS } from '../../src/workloads/kinds.ts';
import { inStepAtRest } from './checker/at-rest.ts';
import type { Unrest } from './checker/history.ts';
import { isSettled } from './settled.ts';
import { toHistory } from './to-history.ts';
import { currentOf, type Watched, watchedPaths } from './watched.ts';

/** The watcher has seen the present state. */
async function untilCaughtUp(api: Api, path: string, watcher: Watcher<ObjectEvent> | undefined) {
  const seen = new Map(watcher?.current().map((event) => [event.uid, event.resourceVersion]));
  const { items } = await list(api, path);
  return (
    items.length === seen.size &&
    items.every(({ metadata }) => seen.get(metadata.uid) === metadata.resourceVersion)
  );
}

/** What tells why an object is not at rest. */
const stateOf = ({ metadata, spec, status }: KubeObject): string => {
  const { template: _, ...wanted } = spec ?? {};
  return JSON.stringify({ generation: metadata.generation, spec: wanted, status });
};

/** Whether all workloads are in step without a further call, or need not be. */
function areInStep(namespace: string, watched: Watched): boolean {
  const resources = ['configmaps', ...BUILT_IN_KINDS.map(({ resource }) => resource)];
  const present = toHistory({
    ...{ staged: [], audit: [], deeds: { done: [], kills: [] }, namespace },
    events: new Map(resources.map((resource) => [resource, currentOf(watched, resource)])),
    ...{ pinNamespace: false, alone: false, edits: true, unrest: undefined, unforetold: [] },
  });
  return inStepAtRest(present).every(({ kind }) => kind !== 'violated');
}

/**
 * Waits until nothing changes in a namespace any more and the watchers have seen all changes. Where lockstep follows
 * edits, it also waits until it has acted on all of them. If it does not, the checker says so.
 * @returns what is not at rest, if a rollout does not end
 */
export async function settle(
  cluster: ClusterData,
  namespace: string,
  { watched, nodes, edits }: { readonly watched: Watched; readonly nodes: number; readonly edits: boolean },
  timeoutMs: number,
): Promise<Unrest | undefined> {
  const api = openApi(cluster);
  const ofKinds = [...BUILT_IN_KINDS.map(({ resource }) => resource), 'replicasets', 'jobs'];
  const objectsOf = (resource: string) => currentOf(watched, resource).map(({ object }) => object);
  let rest = false;
  try {
    await eventually(
      async () => {
        const sets = objectsOf('replicasets');
        rest = ofKinds.every((resource) =>
          objectsOf(resource).every((object) => isSettled(resource, object, { sets, nodes })),
        );
        if (!rest || (edits && !areInStep(namespace, watched))) return false;
        const each = await Promise.all(
          [...watchedPaths(namespace)].map(([resource, path]) =>
            untilCaughtUp(api, path, watched.get(resource)),
          ),
        );
        return each.every(Boolean);
      },
      { what: 'the end of all rollouts', timeoutMs, intervalMs: 20 },
    );
    return undefined;
  } catch (error) {
    if (rest && edits) return undefined;
    const around = { sets: objectsOf('replicasets'), nodes };
    const stand = ofKinds.flatMap((resource) =>
      currentOf(watched, resource).map((event) => {
        const rests = isSettled(resource, event.object, around);
        const why = rests ? '' : ` is not at rest: ${stateOf(event.object)}`;
        return { uid: event.uid, rests, line: `${describeEvent(event)}${why}` };
      }),
    );
    const lines = stand.map(({ line }) => line).join('\n');
    return {
      says: `rollouts do not end (${messageOf(error)}):\n${lines}`,
      of: stand.filter(({ rests }) => !rests).map(({ uid }) => uid),
    };
  } finally {
    await api.close();
  }
}
