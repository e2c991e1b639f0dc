/** The name of a folder under tools/: a Go module that pins the sources of its programs. */
export type ModuleName = 'kubernetes' | 'kwok' | 'toxiproxy' | 'helm' | 'argo-rollouts' | 'prometheus';

/** Which module a program is built in, and from which package. */
export interface ProgramSource {
  readonly module: ModuleName;
  readonly package: string;
  /** For `go build -tags`. */
  readonly tags?: string;
}

/** Without the clients of two dozen clouds, where Prometheus could look for targets: nothing here does. */
const NO_CLOUDS = 'remove_all_sd';

/**
 * The programs that form a cluster, call it, disturb its connections, run on its nodes, roll its Rollouts and
 * watch it, each with its source.
 */
export const sources = {
  etcd: { module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  'kube-controller-manager': {
    module: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  },
  'kube-scheduler': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  kubectl: { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl' },
  kubelet: { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubelet' },
  'kube-proxy': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-proxy' },
  kwok: { module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  'toxiproxy-server': { module: 'toxiproxy', package: 'github.com/Shopify/toxiproxy/v2/cmd/server' },
  helm: { module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
  'rollouts-controller': {
    module: 'argo-rollouts',
    package: 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller',
  },
  promtool: {
    module: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/promtool',
    tags: NO_CLOUDS,
  },
  prometheus: {
    module: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    tags: NO_CLOUDS,
  },
} as const satisfies Record<string, ProgramSource>;

export type ProgramName = keyof typeof sources;

/** An absolute path for each of these programs. */
export type Programs<Name extends ProgramName = ClusterProgram> = Readonly<Record<Name, string>>;

/** The programs that every cluster needs, in the order in which they are built: the quick ones first. */
export const clusterPrograms = [
  'etcd',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'helm',
] as const;
export type ClusterProgram = (typeof clusterPrograms)[number];

/** The programs that a cluster with a fake node needs. */
export const fakeClusterPrograms = [...clusterPrograms, 'kwok'] as const;
export type FakeClusterProgram = (typeof fakeClusterPrograms)[number];

/** The programs that a real node needs besides those of every cluster. */
export const realNodePrograms = ['kube-proxy', 'kubelet'] as const;
export type RealNodeProgram = (typeof realNodePrograms)[number];

/** The environment variable that sets the path of a program: `LOCKSTEP_KUBE_APISERVER` for kube-apiserver. */
export const variableOf = (name: ProgramName): string =>
  `LOCKSTEP_${name.toUpperCase().replaceAll('-', '_')}`;
