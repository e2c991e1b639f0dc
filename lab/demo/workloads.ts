import type { WorkloadResource } from '../control-plane/conditions.ts';
import { daemons, type WebOptions, web, webJob, webSet } from '../lockstep/manifests.ts';

/** What the demo knows of a kind of workload. */
export interface Workload {
  /** As in commands, and as `--kind` takes it. */
  readonly word: 'deployment' | 'statefulset' | 'daemonset' | 'job';
  /** As in the API's paths. undefined: it has no rollouts. */
  readonly resource?: WorkloadResource;
  /** The column that tells from which template a pod was made. */
  readonly revision: 'REPLICASET' | 'REVISION' | 'JOB';
  /** What runs at the start, for the reader. */
  readonly running: string;
  /** Those who see a mixture. */
  readonly seenBy: string;
  /** The number of its pods at the start. */
  readonly pods: number;
  /** The workload `web`. Its pods read their environment from the ConfigMap `app`. */
  readonly make: (options: WebOptions) => object;
}

const CLIENTS = 'Clients of the Service get';

export const DEPLOYMENT: Workload = {
  word: 'deployment',
  resource: 'deployments',
  revision: 'REPLICASET',
  running: 'A Deployment with two pods.',
  seenBy: CLIENTS,
  pods: 2,
  make: web,
};

export const STATEFUL_SET: Workload = {
  word: 'statefulset',
  resource: 'statefulsets',
  revision: 'REVISION',
  running: 'A StatefulSet with two pods.',
  seenBy: CLIENTS,
  pods: 2,
  make: webSet,
};

/** The node that joins. The others are there from the start. */
export const JOINING = 'node-b';
export const PRESENT = 'node-a';

/** The label of the nodes on which the DaemonSet runs. A node joins when it gets the label. */
export const POOL = 'pool';

export const DAEMON_SET: Workload = {
  word: 'daemonset',
  resource: 'daemonsets',
  revision: 'REVISION',
  running: `A DaemonSet for nodes labelled ${POOL}=web. So far, only ${PRESENT} has the label.`,
  seenBy: CLIENTS,
  pods: 1,
  make: ({ podSpec, ...options }) => {
    const own = { nodeSelector: { [POOL]: 'web' }, tolerations: [{ operator: 'Exists' }] };
    return daemons({ ...options, podSpec: Object.assign(own, podSpec) });
  },
};

export const JOB: Workload = {
  word: 'job',
  revision: 'JOB',
  running: 'A Job with many tasks and two pods at a time. It replaces a lost pod some ten seconds later.',
  seenBy: 'The pods of this one Job work with',
  pods: 2,
  make: (options) => webJob({ ...options, spec: { parallelism: 2, completions: 100 } }),
};
