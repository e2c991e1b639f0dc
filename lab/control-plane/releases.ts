import type { ToolModule } from './modules.ts';
import type { ProgramName } from './programs.ts';

/** A file of a project's release page. */
export interface ReleaseFile {
  /** Below the folder that `LOCKSTEP_BINARIES` names. Also the key of its checksum. */
  readonly path: string;
  /** The member of the archive that is the program. Absent: the file itself is the program. */
  readonly member?: string;
}

type Layout = (version: string, platform: string) => ReleaseFile;

const kubernetes =
  (name: ProgramName): Layout =>
  (version, platform) => ({ path: `${version}/bin/${platform.replace('-', '/')}/${name}` });

const PROMETHEUS = 'github.com/prometheus/prometheus';

/** Of Prometheus 3.16.0, the Go module is v0.316.0, because Go would want another path for v3. */
const ofPrometheus =
  (name: ProgramName): Layout =>
  (moduleVersion, platform) => {
    const version = moduleVersion.replace(
      /^v0\.(\d)(\d\d)\./,
      (_, major, minor) => `${major}.${Number(minor)}.`,
    );
    const folder = `prometheus-${version}.${platform}`;
    return { path: `v${version}/${folder}.tar.gz`, member: `${folder}/${name}` };
  };

interface Release {
  /** The Go module that gives the release its version. */
  readonly module: string;
  /** The layout of the project's release page. */
  readonly layout: Layout;
}

/** Undefined: the project releases an image only, so the program is always built. */
const RELEASES: Readonly<Record<ProgramName, Release | undefined>> = {
  'rollouts-controller': undefined,
  // https://dl.k8s.io/release/
  'kube-apiserver': { module: 'k8s.io/kubernetes', layout: kubernetes('kube-apiserver') },
  'kube-controller-manager': { module: 'k8s.io/kubernetes', layout: kubernetes('kube-controller-manager') },
  'kube-scheduler': { module: 'k8s.io/kubernetes', layout: kubernetes('kube-scheduler') },
  kubectl: { module: 'k8s.io/kubernetes', layout: kubernetes('kubectl') },
  kubelet: { module: 'k8s.io/kubernetes', layout: kubernetes('kubelet') },
  'kube-proxy': { module: 'k8s.io/kubernetes', layout: kubernetes('kube-proxy') },
  // https://github.com/etcd-io/etcd/releases/download/VERSION/
  etcd: {
    module: 'go.etcd.io/etcd/server/v3',
    layout: (version, platform) => ({
      path: `etcd-${version}-${platform}.tar.gz`,
      member: `etcd-${version}-${platform}/etcd`,
    }),
  },
  // https://github.com/kubernetes-sigs/kwok/releases/download/
  kwok: {
    module: 'sigs.k8s.io/kwok',
    layout: (version, platform) => ({ path: `${version}/kwok-${platform}` }),
  },
  // https://get.helm.sh/
  helm: {
    module: 'helm.sh/helm/v4',
    layout: (version, platform) => ({
      path: `helm-${version}-${platform}.tar.gz`,
      member: `${platform}/helm`,
    }),
  },
  // https://github.com/Shopify/toxiproxy/releases/download/
  'toxiproxy-server': {
    module: 'github.com/Shopify/toxiproxy/v2',
    layout: (version, platform) => ({ path: `${version}/toxiproxy-server-${platform}` }),
  },
  // https://github.com/prometheus/prometheus/releases/download/
  promtool: { module: PROMETHEUS, layout: ofPrometheus('promtool') },
  prometheus: { module: PROMETHEUS, layout: ofPrometheus('prometheus') },
};

/**
 * The file of the release that a module pins. Undefined: no release has the program as a file.
 * @param platform as Go names it: `linux-amd64`
 * @throws Error if the module's go.mod does not pin the module
 */
export function releaseFile(
  name: ProgramName,
  { goMod }: Pick<ToolModule, 'goMod'>,
  platform: string,
): ReleaseFile | undefined {
  const release = RELEASES[name];
  if (release === undefined) return undefined;
  const { module, layout } = release;
  const line = goMod.split('\n').find((each) => each.trim().startsWith(`${module} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`no go.mod pins a version of ${module}`);
  return layout(version, platform);
}
