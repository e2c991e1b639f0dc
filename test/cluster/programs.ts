/** One of the folders under tools/: a Go module that pins what its programs are built from. */
export type ModuleName = 'kubernetes' | 'kwok' | 'toxiproxy' | 'helm';

/** Which module a program is built in, and from which package. */
export interface ProgramSource {
  readonly module: ModuleName;
  readonly package: string;
}

/** The programs that make a cluster, speak to it and stand in its way, with where each comes from. */
export const sources = {
  etcd: { module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  'kube-controller-manager': {
    module: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  },
  'kube-scheduler': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  kubectl: { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl' },
  kwok: { module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  'toxiproxy-server': { module: 'toxiproxy', package: 'github.com/Shopify/toxiproxy/v2/cmd/server' },
  helm: { module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
} as const satisfies Record<string, ProgramSource>;

export type ProgramName = keyof typeof sources;

/** An absolute path for each program. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** Every program, in the order in which they are built: the quick ones first. */
export const programNames: readonly ProgramName[] = [
  'etcd',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'toxiproxy-server',
  'helm',
];

/** The environment variable by which a user names a program: `LOCKSTEP_KUBE_APISERVER` for kube-apiserver. */
export const variableOf = (name: ProgramName): string =>
  `LOCKSTEP_${name.toUpperCase().replaceAll('-', '_')}`;
