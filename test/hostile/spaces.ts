import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { INJECT_LABEL } from '../../src/marks/names.ts';
import { type Answer, type Caller, MERGE_PATCH, openCaller } from '../kit/caller.ts';
import { COLLECTIONS, type Space } from './attack/steps.ts';
import { namesOf, pathOf, type Tenant } from './attack/tenant.ts';
import { HOME_NAMES, type Homes, homesOf } from './homes.ts';
import { asToken, asUid } from './wire.ts';

/** Users, and the namespaces that they may work in. */
export interface Spaces {
  /** Makes a namespace for a case, with tenants that have the role `edit` in it and no right anywhere else. */
  open(space: Space): Promise<OpenSpace>;
  /** Creates a namespace with these labels, in which this user has this role. */
  give(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    user: User,
    role: string,
  ): Promise<string>;
  /** A caller with a token of a ServiceAccount. */
  callerAs(user: User): Promise<Caller>;
  zoneOf(namespace: string): 'open' | 'closed';
  readonly homes: Homes;
  /** Deletes the namespaces of this run. Nothing waits for their end. */
  close(): Promise<void>;
}

export interface OpenSpace {
  readonly namespace: string;
  readonly tenants: readonly Tenant[];
  /**
   * Deletes what was made in it. Nothing waits for the end of the namespace.
   * @param finalized some of it has a finalizer
   */
  clear(finalized: boolean): Promise<void>;
}

/** A ServiceAccount. */
export interface User {
  readonly namespace: string;
  readonly name: string;
}

const TENANTS: readonly User[] = [1, 2, 3].map((n) => ({ namespace: 'tenants', name: `hostile-${n}` }));

function orThrow(answer: Answer): Answer {
  if (answer.status < 300 || answer.status === 409) return answer;
  throw new Error(
    `${answer.method} ${answer.path} was answered with ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`,
  );
}

let counter = 0;

/** @param id tells the namespaces of this run from those of others */
export async function openSpaces(cluster: ClusterClient, id: string): Promise<Spaces> {
  const homes = homesOf(id);
  const excluded = homes('excluded');
  const admin = openCaller(cluster);
  const callers = [admin];
  const closed = new Set(['kube-system', 'lockstep', excluded]);
  const post = async (path: string, body: object) => orThrow(await admin.call('POST', path, body));

  async function bind(namespace: string, { namespace: home, name }: User, role: string): Promise<void> {
    await post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      metadata: { name: `${home}-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', namespace: home, name }],
    });
  }
  async function make(namespace: string, labels: Readonly<Record<string, string>>): Promise<string> {
    await post('/api/v1/namespaces', { metadata: { name: namespace, labels } });
    if (labels[INJECT_LABEL] === 'disabled') closed.add(namespace);
    return asUid((await admin.call('GET', `/api/v1/namespaces/${namespace}`)).body) ?? '';
  }
  const callerAs: Spaces['callerAs'] = async ({ namespace, name }) => {
    await post('/api/v1/namespaces', { metadata: { name: namespace } });
    const folder = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await post(folder, { metadata: { name } });
    const answer = await post(`${folder}/${name}/token`, { spec: { expirationSeconds: 86_400 } });
    const caller = openCaller({ ...cluster, token: asToken(answer.body) ?? '' });
    callers.push(caller);
    return caller.call;
  };

  /** Removes the finalizers in a namespace, which would keep it for ever. */
  async function release(namespace: string): Promise<void> {
    const there = { namespace, namespaceUid: '', call: admin.call, deeds: [] };
    for (const what of COLLECTIONS)
      for (const name of await namesOf(there, what))
        await admin.call(
          'PATCH',
          `${pathOf(namespace, what)}/${name}`,
          { metadata: { finalizers: null } },
          MERGE_PATCH,
        );
  }

  const calls = await Promise.all(TENANTS.map(callerAs));
  const excludedUid = await make(excluded, {});
  await Promise.all(TENANTS.map((user) => bind(excluded, user, 'edit')));
  const tenantsOf = (namespace: string, namespaceUid: string): Tenant[] =>
    calls.map((call) => ({ namespace, namespaceUid, call, deeds: [] }));

  return {
    async open(space) {
      if (space.kind === 'excluded') {
        const clear: OpenSpace['clear'] = async (finalized) => {
          for (const what of COLLECTIONS) await admin.call('DELETE', pathOf(excluded, what));
          if (finalized) await release(excluded);
        };
        return { namespace: excluded, tenants: tenantsOf(excluded, excludedUid), clear };
      }
      counter += 1;
      const namespace = `x${counter}-${id}`;
      const uid = await make(namespace, space.labels);
      await Promise.all(TENANTS.map((user) => bind(namespace, user, 'edit')));
      const clear: OpenSpace['clear'] = async (finalized) => {
        await admin.call('DELETE', `/api/v1/namespaces/${namespace}`);
        if (finalized) await release(namespace);
      };
      return { namespace, tenants: tenantsOf(namespace, uid), clear };
    },
    async give(namespace, labels, user, role) {
      const uid = await make(namespace, labels);
      await bind(namespace, user, role);
      return uid;
    },
    callerAs,
    zoneOf: (namespace) => (closed.has(namespace) ? 'closed' : 'open'),
    homes,
    async close() {
      for (const name of HOME_NAMES) await admin.call('DELETE', `/api/v1/namespaces/${homes(name)}`);
      await Promise.all(callers.map(({ close }) => close()));
    },
  };
}
