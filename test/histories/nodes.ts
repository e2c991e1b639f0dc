import type { Answer, Caller } from '../kit/caller.ts';
import { asNames } from './wire.ts';

/** The label of a history's own nodes, and the key of their taint. Its value is the history's namespace. */
export const HISTORY_LABEL = 'history';

/** The nodes that only the DaemonSets of one history run on. kwok plays them. */
export interface HistoryNodes {
  /** A node joins. */
  join(): Promise<Answer>;
  /** The oldest node leaves, with its pods. One stays. undefined: there is only one. */
  leave(): Promise<Answer | undefined>;
  count(): number;
  /** Removes all of them. */
  close(): Promise<void>;
}

const manifest = (name: string, namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { [HISTORY_LABEL]: namespace, 'kubernetes.io/hostname': name } },
  spec: { taints: [{ key: HISTORY_LABEL, value: namespace, effect: 'NoSchedule' }] },
});

/**
 * Nodes that join and leave.
 * @param call is not that of a client: the audit log of a namespace has no nodes
 */
export function historyNodes(call: Caller, namespace: string): HistoryNodes {
  const names: string[] = [];
  let made = 0;

  /** What a cloud does with a machine that is gone: the node goes, and its pods with it. */
  async function remove(name: string): Promise<Answer> {
    const answer = await call('DELETE', `/api/v1/nodes/${name}`);
    const folder = `/api/v1/namespaces/${namespace}/pods`;
    const { body } = await call('GET', `${folder}?fieldSelector=spec.nodeName%3D${name}`);
    await Promise.all(
      asNames(body).map((pod) => call('DELETE', `${folder}/${pod}`, { gracePeriodSeconds: 0 })),
    );
    return answer;
  }

  return {
    async join() {
      made += 1;
      const name = `${namespace}-n${made}`;
      names.push(name);
      return call('POST', '/api/v1/nodes', manifest(name, namespace));
    },
    async leave() {
      if (names.length < 2) return undefined;
      const name = names.shift();
      return name === undefined ? undefined : remove(name);
    },
    count: () => names.length,
    async close() {
      await Promise.all(names.splice(0).map((name) => call('DELETE', `/api/v1/nodes/${name}`)));
    },
  };
}
