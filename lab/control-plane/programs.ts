/** One of the folders under tools/: a Go module that pins what its programs are built from. */
export type ModuleName = 'kubernetes' | 'kwok' | 'toxiproxy' | 'helm';

/** Which module a program is built in, and from which package. */
export interface ProgramSource {
  readonly module: ModuleName;
  readonly package: string;
}

/** The programs that make a cluster, speak to it, stand in its way and run on its nodes, with where each comes from. */
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
} as const satisfies Record<string, ProgramSource>;

export type ProgramName = keyof typeof sources;

/** An absolute path for each of these programs. */
export type Programs<Name extends ProgramName = ClusterProgram> = Readonly<Record<Name, string>>;

/** What every cluster needs, in the order in which it is built: the quick ones first. */
export const clusterPrograms = [
  'etcd',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'helm',
] as const;
export type ClusterProgram = (typeof clusterPrograms)[number];

/** What a cluster with a fake node needs. */
export const fakeClusterPrograms = [...clusterPrograms, 'kwok'] as const;
export type FakeClusterProgram = (typeof fakeClusterPrograms)[number];

/** What a real node needs beside what every cluster has. */
export const realNodePrograms = ['kube-proxy', 'kubelet'] as const;
export type RealNodeProgram = (typeof realNodePrograms)[number];

/** The environment variable by which a user names a program: `LOCKSTEP_KUBE_APISERVER` for kube-apiserver. */
export const variableOf = (name: ProgramName): string =>
  `LOCKSTEP_${name.toUpperCase().replaceAll('-', '_')}`;
