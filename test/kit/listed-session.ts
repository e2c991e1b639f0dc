import type { ApiRequest } from '../../src/api/request.ts';
import { sharedReads } from '../../src/api/shared-reads.ts';
import { publishedPolicy } from '../../src/config/published.ts';
import type { Session } from '../../src/kubectl/session.ts';

/** The objects of a namespace by their resource, with metadata and all. */
export type Listed = Readonly<Record<string, readonly object[]>>;

/**
 * A session over lists in memory, for what depends on numbers only: how many calls there are. What a real API server
 * answers is tested in test/promises/.
 * @returns the calls, as `list deployments`, and the session
 */
export function listedSession(objects: Listed, args: readonly string[] = []) {
  const calls: string[] = [];
  const { signal } = new AbortController();
  const request = async ({ verb, resource, path }: ApiRequest) => {
    calls.push(`${verb} ${resource}`);
    const url = new URL(path, 'https://cluster');
    const all = objects[resource];
    if (!all) return { kind: 'not-found' } as const;
    const [from, limit] = [url.searchParams.get('continue'), url.searchParams.get('limit')].map(Number);
    const start = from ?? 0;
    const next = start + (limit || all.length);
    const metadata = next < all.length ? { continue: String(next) } : {};
    const body = verb === 'list' ? { metadata, items: all.slice(start, next) } : all[0];
    return { kind: 'found', body } as const;
  };
  const never = () => {
    throw new Error('nobody asks for this');
  };
  const session: Session = {
    io: {
      out: never,
      err: never,
      data: never,
      move: never,
      ask: never,
      readInput: never,
      env: {},
      terminal: { colour: false, progress: false, width: undefined },
      signal,
    },
    client: { request, watch: never, clock: { now: Date.now, offset: () => undefined }, close: never },
    pods: { exec: never, logs: never },
    reads: sharedReads(60_000),
    namespace: 'shop',
    lockstepNamespace: 'lockstep',
    signal,
    clusterFlags: '',
    assessments: { read: never },
    policy: async () => ({ policy: publishedPolicy(args), version: undefined, note: undefined }),
    close: never,
  };
  return { session, calls };
}

/** So many Deployments, of which each reads all of one of so many ConfigMaps. */
export function manyWorkloads(count: number, sources: number): Listed {
  const meta = (name: string) => ({ name, namespace: 'shop', uid: name, resourceVersion: '1' });
  return {
    namespaces: [{ metadata: { name: 'shop', uid: 'shop' } }],
    configmaps: Array.from({ length: sources }, (_, i) => ({ metadata: meta(`app-${i}`), data: { a: '1' } })),
    secrets: [],
    deployments: Array.from({ length: count }, (_, i) => ({
      metadata: meta(`web-${i}`),
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [{ name: 'web', envFrom: [{ configMapRef: { name: `app-${i % sources}` } }] }],
          },
        },
      },
    })),
    statefulsets: [],
    daemonsets: [],
    jobs: [],
    cronjobs: [],
    pods: [],
    serviceaccounts: [],
    ingresses: [],
  };
}
