import { ON_ERROR, type OnError } from '../policy/on-error.ts';
import type { Webhook } from './webhooks.ts';

/** A path of a webhook, and what the path says about the call's namespace. */
export interface Route {
  readonly path: string;
  readonly onError: OnError;
  readonly pinNamespace: boolean;
  /** What happens to a call about which nothing could be found out. */
  readonly ifUnchecked: OnError;
}

/**
 * The paths of a webhook. The registration sends a namespace whose labels differ from
 * the cluster's default to a path of its own. So lockstep need not read the labels when
 * the API server is the part that fails, and the failurePolicy can follow the labels.
 * @param onError the cluster owner's choice; it applies if the path does not say
 */
export function routesOf({ name, pathOptions, asksByPath }: Webhook, onError: OnError): Route[] {
  const root = `/admission/${name}`;
  const labels = pathOptions.includes('on-error') ? ON_ERROR : [];
  const byOnError: readonly Pick<Route, 'path' | 'onError'>[] = [
    { path: root, onError: labels.length > 0 ? onError : 'allow' },
    ...labels.map((each) => ({ path: `${root}/${each}`, onError: each })),
  ];
  return byOnError.flatMap((route) => {
    const ifUnchecked = route.onError;
    const plain = {
      ...route,
      pinNamespace: false,
      ifUnchecked: asksByPath ? ('allow' as const) : ifUnchecked,
    };
    const pinned = { ...route, path: `${route.path}/pin`, pinNamespace: true, ifUnchecked };
    return pathOptions.includes('pin') ? [plain, pinned] : [plain];
  });
}
