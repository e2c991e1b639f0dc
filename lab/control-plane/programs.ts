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

/** What runs on a real node only. */
type NodeProgramName = 'kubelet' | 'kube-proxy';

/** An absolute path for each program that every cluster needs. */
export type Programs = Readonly<Record<Exclude<ProgramName, NodeProgramName>, string>>;

/** An absolute path for each program that a real node needs, too. */
export type NodePrograms = Readonly<Record<NodeProgramName, string>>;

/** Every program of a cluster, in the order in which they are built: the quick ones first. */
export const programNames: readonly (keyof Programs)[] = [
  'etcd',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'toxiproxy-server',
  'helm',
];

export const nodeProgramNames: readonly NodeProgramName[] = ['kube-proxy', 'kubelet'];

/** The environment variable by which a user names a program: `LOCKSTEP_KUBE_APISERVER` for kube-apiserver. */
export const variableOf = (name: ProgramName): string =>
  `LOCKSTEP_${name.toUpperCase().replaceAll('-', '_')}`;
