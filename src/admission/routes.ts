import type { Mode } from '../policy/mode.ts';
import { ON_ERROR, type OnError } from '../policy/on-error.ts';
import type { Webhook } from './webhooks.ts';

/** A path of a webhook, and what the path says about the call's namespace. */
export interface Route {
  readonly path: string;
  readonly onError: OnError;
  readonly pinNamespace: boolean;
  readonly mode: Mode;
  /** What happens to a call about which nothing could be found out. */
  readonly ifUnchecked: OnError;
}

/**
 * The paths of a webhook. The registration sends a namespace whose labels differ from
 * the cluster's default to a path of its own. So lockstep need not read the labels when
 * the API server is the part that fails, and the failurePolicy can follow the labels.
 * @param onError the cluster owner's choice; it applies if the path does not say
 * @param mode the same
 */
export function routesOf(webhook: Webhook, onError: OnError, mode: Mode): Route[] {
  const root = `/admission/${webhook.name}`;
  const observing = { onError: 'allow', pinNamespace: false, mode: 'observe', ifUnchecked: 'allow' } as const;
  const plain = enforcingRoutes(webhook, root, onError).flatMap((route): Route[] => [
    mode === 'observe' ? { ...observing, path: route.path } : { ...route, mode },
    { ...route, path: `${route.path}/enforce`, mode: 'enforce' },
  ]);
  // Nothing is refused, and nothing depends on pin before lockstep has looked at the namespace.
  return [...plain, { ...observing, path: `${root}/observe` }];
}

function enforcingRoutes(
  { pathOptions, asksByPath }: Webhook,
  root: string,
  onError: OnError,
): Omit<Route, 'mode'>[] {
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
