import type { WorkloadResource } from '../control-plane/conditions.ts';
import { daemons, type WebOptions, web, webSet } from './manifests.ts';

/** What a user's tools must know of a kind of workload. */
export interface Kind {
  /** As in manifests. */
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** As in commands and in warnings: `deployment/web`. */
  readonly word: 'deployment' | 'statefulset' | 'daemonset';
  /** As in paths of the API. */
  readonly resource: WorkloadResource;
  /** What its controller keeps of its templates. A rollout to a new template makes one. */
  readonly revisions: 'replicasets' | 'controllerrevisions';
  /** Whether the API serves its scale. A DaemonSet has one pod for each node. */
  readonly scales: boolean;
  /** The workload `web`, whose pods read their environment from the ConfigMap `app`. */
  web(options?: WebOptions): object;
}

export const DEPLOYMENT: Kind = {
  kind: 'Deployment',
  word: 'deployment',
  resource: 'deployments',
  revisions: 'replicasets',
  scales: true,
  web,
};

export const STATEFUL_SET: Kind = {
  kind: 'StatefulSet',
  word: 'statefulset',
  resource: 'statefulsets',
  revisions: 'controllerrevisions',
  scales: true,
  web: webSet,
};

export const DAEMON_SET: Kind = {
  kind: 'DaemonSet',
  word: 'daemonset',
  resource: 'daemonsets',
  revisions: 'controllerrevisions',
  scales: false,
  web: daemons,
};
