import type { ApiClient } from '../api/client.ts';
import { METADATA_ONLY } from '../api/request.ts';
import type { ControllerPorts, Follow, SourceVersion } from '../controller/ports.ts';
import { isInScope, type NamespaceScope, namespacesToList } from '../policy/scope.ts';
import type { SourceKind } from '../references/sources.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { type Workload, type WorkloadKind, workloadOf } from '../workloads/workload.ts';
import { followSecrets } from './follow-secrets.ts';
import { followWatch } from './follow-watch.ts';
import { sourceFolder } from './object-reads.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';
import { toSourceVersion } from './source-versions.ts';
import { WATCH_TIMES, type WatchTimes } from './watch-pace.ts';
import type { Watched } from './watched.ts';
import { workloadFolder, workloadObject } from './workloads.ts';

export interface FollowersConfig {
  readonly scope: NamespaceScope;
  /** The kinds that are on. Others are not followed. */
  readonly kinds: WorkloadKinds;
  /** Undefined: Secrets do not count. */
  readonly secrets: 'poll' | 'watch' | undefined;
  /** How long a pass over the Secrets that are referred to takes, in milliseconds. */
  readonly everyMs: number;
}

const NOTHING: Follow<never> = async (follower, signal) => {
  follower.onSynced();
  const aborted = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => aborted.resolve(), { once: true });
  if (!signal.aborted) await aborted.promise;
};

/** Follows several sets of objects as one. All have been seen once each of them has. */
export function together<T>(follows: readonly Follow<T>[]): Follow<T> {
  return async (follower, signal) => {
    const waiting = new Set(follows);
    const followOne = (follow: Follow<T>) =>
      follow(
        {
          onSeen: (object) => follower.onSeen(object),
          onGone: (place) => follower.onGone(place),
          onError: (error) => follower.onError(error),
          onSynced() {
            waiting.delete(follow);
            if (waiting.size === 0) follower.onSynced();
          },
        },
        signal,
      );
    await Promise.all(follows.map(followOne));
  };
}

/** @param times for tests */
export function followers(
  client: ApiClient,
  { scope, kinds, secrets, everyMs }: FollowersConfig,
  times: WatchTimes = WATCH_TIMES,
): Pick<ControllerPorts, 'configMaps' | 'secrets' | 'workloads'> {
  const isWanted = (namespace: string) => isInScope(scope, namespace);

  /** A watch of the whole cluster, or one in each namespace that lockstep acts in. */
  const everywhere = <T>(watchedIn: (namespace: string | undefined) => Watched<T>): Follow<T> =>
    together(namespacesToList(scope).map((namespace) => followWatch(client, watchedIn(namespace), times)));

  const sources = (kind: SourceKind): Follow<SourceVersion> =>
    everywhere((namespace) => ({
      resource: SOURCE_RESOURCES[kind].resource,
      folder: sourceFolder(kind, namespace),
      accept: METADATA_ONLY,
      isWanted,
      read: (object, place) => toSourceVersion(kind, place, object),
    }));

  const workloads = (kind: WorkloadKind): Follow<Workload> =>
    everywhere((namespace) => ({
      resource: kind.resource,
      folder: workloadFolder(kind, namespace),
      mayBeAbsent: kind.isCustom === true,
      isWanted,
      read: (object, place) => workloadOf(kind, workloadObject(kind, object), place.namespace),
    }));

  const secretsBy = {
    poll: followSecrets(client, scope, everyMs),
    watch: () => sources('secret'),
  };
  return {
    configMaps: sources('configmap'),
    secrets: secrets && secretsBy[secrets],
    workloads: (kind) => (kinds.includes(kind) ? workloads(kind) : NOTHING),
  };
}
