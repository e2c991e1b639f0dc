import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { NodePlace } from './network.ts';

/** What the files of a node depend on. */
export interface NodeFilesRequest {
  /** The folder for the files. It is created anew. */
  readonly dir: string;
  readonly place: NodePlace;
  /** The control group under which the kubelet creates its own. */
  readonly cgroup: string;
  readonly proxyKubeconfig: string;
  /** The authority of the certificate by which the API server is known. */
  readonly clientCa: string;
  /** The folder of the CNI plugins. */
  readonly cniPlugins: string;
}

/** The paths of a node's configuration. */
export interface NodeFiles {
  readonly containerd: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
}

export const PAUSE_IMAGE = 'localhost/pause:1';

/** Writes the configuration of containerd, of its network, of the kubelet and of kube-proxy. */
export async function writeNodeFiles(request: NodeFilesRequest): Promise<NodeFiles> {
  const { dir } = request;
  const cni = join(dir, 'cni');
  await mkdir(cni, { recursive: true });
  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
  await write('cni/10-pods.conflist', JSON.stringify(podNetwork(request.place)));
  return {
    containerd: await write('containerd.toml', containerd(cni, request.cniPlugins)),
    kubelet: await write('kubelet.yaml', stringify(kubelet(request))),
    kubeProxy: await write('kube-proxy.yaml', stringify(kubeProxy(request))),
  };
}

const podNetwork = ({ podRange }: NodePlace): object => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods0',
      isDefaultGateway: true,
      // The nodes have no way out, so there is nothing to hide the pods' addresses from.
      ipMasq: false,
      ipam: { type: 'host-local', ranges: [[{ subnet: podRange }]] },
    },
  ],
});

const CRI = 'plugins."io.containerd.grpc.v1.cri"';

// Without the plugins that look for other file systems. Also without `opt`, which creates a folder on the
// host.
const containerd = (cni: string, plugins: string): string => `version = 2
disabled_plugins = [${['aufs', 'btrfs', 'devmapper', 'zfs'].map((name) => `"io.containerd.snapshotter.v1.${name}", `).join('')}"io.containerd.internal.v1.opt"]
[${CRI}]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
[${CRI}.containerd]
  snapshotter = "overlayfs"
[${CRI}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${CRI}.containerd.runtimes.runc.options]
  SystemdCgroup = false
[${CRI}.cni]
  bin_dir = "${plugins}"
  conf_dir = "${cni}"
`;

const kubelet = ({ cgroup, clientCa }: NodeFilesRequest): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // The kubelet asks the API server about users and their rights.
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: clientCa },
  },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`,
  failCgroupV1: false,
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  enforceNodeAllocatable: ['pods'],
  failSwapOn: false,
  oomScoreAdj: 0,
  resolvConf: '',
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
  // The tests do not have to keep the host's disk free. An image that is removed could not be pulled again.
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
});

const kubeProxy = ({ place, proxyKubeconfig }: NodeFilesRequest): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  clientConnection: { kubeconfig: proxyKubeconfig },
  hostnameOverride: place.name,
  bindAddress: place.address,
  // These numbers belong to the host, so kube-proxy does not change them.
  conntrack: { maxPerCore: 0, min: 0 },
  // A node forwards connections to pods of another node. The answers must come back through it, also answers
  // to the host.
  iptables: { masqueradeAll: true, minSyncPeriod: '100ms' },
});
