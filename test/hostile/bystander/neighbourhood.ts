import { openApi } from '../../../lab/control-plane/api.ts';
import type { ClusterClient } from '../../../lab/control-plane/client.ts';
import { follow, list, type Sink } from '../../../lab/control-plane/follow.ts';
import { ON_ERROR_LABEL, PIN_LABEL } from '../../../src/marks/names.ts';
import type { Fault } from '../checker/fault.ts';
import type { Homes } from '../homes.ts';
import type { Spaces, User } from '../spaces.ts';
import { type Household, type HouseholdOptions, startHousehold } from './household.ts';
import type { Config } from './manifests.ts';
import { type PodsOf, podFaults } from './pods.ts';

/** The user that the bystander's calls are made as. */
export const INNOCENT: User = { namespace: 'bystander', name: 'innocent' };

/** The bystander's namespaces. */
const HOUSEHOLDS = [
  { home: 'plain', labels: {}, pinned: false, shared: false },
  { home: 'pinned', labels: { [PIN_LABEL]: 'enabled' }, pinned: true, shared: false },
  {
    home: 'strict',
    labels: { [PIN_LABEL]: 'enabled', [ON_ERROR_LABEL]: 'deny' },
    pinned: true,
    shared: false,
  },
  { home: 'shared', labels: { [PIN_LABEL]: 'enabled' }, pinned: true, shared: true },
] as const;
/** The names of these namespaces. */
export const namespacesOf = (homes: Homes): readonly string[] => HOUSEHOLDS.map(({ home }) => homes(home));

export interface NeighbourhoodOptions {
  readonly cluster: ClusterClient;
  readonly spaces: Spaces;
  readonly pauseMs: number;
  readonly seed: number;
  readonly onCall: HouseholdOptions['onCall'];
  onLeftover(namespace: string, name: string): void;
  /** Whether the API server by itself was too slow lately for lockstep's reads. */
  isExcused(): boolean;
  onFault(fault: Fault): void;
}

/** All households of the bystander, and what watches their pods. */
export interface Neighbourhood {
  readonly households: readonly Household[];
  close(): Promise<void>;
}

/** Creates the bystander's namespaces, and starts its work in each of them. */
export async function openNeighbourhood(options: NeighbourhoodOptions): Promise<Neighbourhood> {
  const { cluster, spaces, pauseMs, seed, onCall, onLeftover, onFault } = options;
  const api = openApi(cluster);
  const call = await spaces.callerAs(INNOCENT);
  const over = new AbortController();

  async function judge(of: PodsOf, object: unknown): Promise<void> {
    for (const fault of await podFaults(api, of, object)) {
      // Without `deny`, a pod that lockstep cannot check starts on live configuration.
      if (fault.kind !== 'live' || !options.isExcused()) onFault(fault);
    }
  }

  async function open(index: number, { home, labels, pinned, shared }: (typeof HOUSEHOLDS)[number]) {
    const namespace = spaces.homes(home);
    await spaces.give(namespace, labels, INNOCENT, 'edit');
    const configs = new Map<string, Config>();
    const of = { namespace, pinned, shared, configOf: (hash: string) => configs.get(hash) };
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const { metadata } = await list(api, pods);
    const sink: Sink = {
      event({ type, object }) {
        if (type === 'ADDED') void judge(of, object);
      },
      // Pods that came and went in a gap were not read by anybody either.
      gap: () => undefined,
    };
    const watching = follow(api, pods, metadata.resourceVersion, sink, over.signal);
    const household = await startHousehold({
      ...{ namespace, pinned, shared, call, pauseMs },
      seed: seed + index,
      onCall,
      onLeftover: (name) => onLeftover(namespace, name),
      onConfig: (hash, config) => void configs.set(hash, config),
    });
    return { household, watching };
  }

  const opened = await Promise.all(HOUSEHOLDS.map((home, index) => open(index, home)));
  return {
    households: opened.map(({ household }) => household),
    async close() {
      await Promise.allSettled(opened.map(({ household }) => household.stop()));
      over.abort();
      await Promise.allSettled(opened.map(({ watching }) => watching));
      await api.close();
    },
  };
}
