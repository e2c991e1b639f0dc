import { join } from 'node:path';
import type { StartSpec } from '../keeper/keeper.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import type { ClusterFiles } from './folder.ts';
import { frontProxyFlags } from './front-proxy.ts';
import type { Programs } from './programs.ts';
import { admissionConfigIn, webhookClientFiles } from './webhook-client.ts';

type Component = (programs: Programs, files: ClusterFiles) => StartSpec;

const fixed = (name: string): string => join(import.meta.dirname, 'files', name);

/**
 * The heaps of these programs are small here, so Go would collect them all the time. This spends memory to save time. The API
 * server's is larger.
 */
const [SMALL_HEAP, LARGE_HEAP] = [{ GOGC: '800' }, { GOGC: '300' }];

/**
 * etcd on a socket in the cluster's folder. So it needs no port that another program could take, and no other
 * API server can find it. The name of its peer socket must look like host:port. etcd makes it in its working
 * folder, which is the cluster's.
 */
export const etcd: Component = (programs, files) => ({
  name: 'etcd',
  command: programs.etcd,
  env: SMALL_HEAP,
  args: [
    `--data-dir=${join(files.dir, 'etcd')}`,
    `--listen-client-urls=unix://${files.etcdSocket}`,
    '--listen-peer-urls=unix://peer.sock:0',
    // etcd tells this URL only to other members, and there are none. It accepts no path of a socket here.
    '--advertise-client-urls=http://127.0.0.1:1',
    '--unsafe-no-fsync',
    // The default of 2 GiB would be full after some minutes of objects of a megabyte.
    `--quota-backend-bytes=${8 * 1024 ** 3}`,
  ],
});

export const apiServer: Component = (programs, files) => ({
  name: 'kube-apiserver',
  command: programs['kube-apiserver'],
  env: LARGE_HEAP,
  args: [
    `--etcd-servers=unix://${files.etcdSocket}`,
    `--bind-address=${files.network.address}`,
    `--secure-port=${files.port}`,
    `--tls-cert-file=${files.cert}`,
    `--tls-private-key-file=${files.key}`,
    `--advertise-address=${files.network.address}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--token-auth-file=${files.tokens}`,
    `--service-cluster-ip-range=${files.network.serviceRange}`,
    ...(hasRealNodes(files.network) ? forPodsThatRun(files.dir) : FOR_PODS_THAT_DO_NOT),
    ...frontProxyFlags(files.dir),
    `--admission-control-config-file=${admissionConfigIn(files.dir)}`,
    `--audit-policy-file=${files.auditPolicy ?? fixed('audit-policy.yaml')}`,
    `--audit-log-path=${files.auditLog}`,
    // In MiB. The log is removed with the cluster. If it were rotated at 100 MiB, readers would lose its
    // first part.
    '--audit-log-maxsize=100000',
  ],
});

/** The kubelets know the API server by the certificate that it shows to webhooks, too. So exec and logs work. */
const forPodsThatRun = (clusterFolder: string): readonly string[] => {
  const { cert, key } = webhookClientFiles(clusterFolder);
  return [
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--kubelet-client-certificate=${cert}`,
    `--kubelet-client-key=${key}`,
    // Nothing resolves the nodes' names.
    '--kubelet-preferred-address-types=InternalIP',
  ];
};

const FOR_PODS_THAT_DO_NOT = [
  '--authorization-mode=RBAC',
  // The Service `kubernetes` would lead to loopback, which the API server refuses as an endpoint.
  '--endpoint-reconciler-type=none',
  // TaintNodesByCondition taints a new node until the node lifecycle controller clears the taint. That
  // controller is off here.
  '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
];

export const controllerManager: Component = (programs, files) => ({
  name: 'kube-controller-manager',
  command: programs['kube-controller-manager'],
  env: SMALL_HEAP,
  args: [
    `--kubeconfig=${files.kubeconfig('controller-manager')}`,
    '--leader-elect=false',
    '--secure-port=0',
    // Pods trust the API server by this file.
    `--root-ca-file=${files.caFile}`,
    // As kubeadm does: webhooks and the audit log see each controller under its own name.
    '--use-service-account-credentials=true',
    `--controllers=${controllers(files.network)}`,
    '--horizontal-pod-autoscaler-sync-period=1s',
    // The defaults (20 a second) are meant for big clusters. Here they would only slow the tests down.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ],
});

function controllers(network: ClusterNetwork): string {
  const some = '*,-bootstrap-signer-controller,-token-cleaner-controller';
  // kwok's node sends no heartbeats. With this controller it would become unready.
  return hasRealNodes(network) ? some : `${some},-node-lifecycle-controller`;
}

const hasRealNodes = ({ realNodes }: ClusterNetwork): boolean => realNodes.length > 0;

export const scheduler: Component = (programs, files) => ({
  name: 'kube-scheduler',
  command: programs['kube-scheduler'],
  env: SMALL_HEAP,
  args: [`--kubeconfig=${files.kubeconfig('scheduler')}`, '--leader-elect=false', '--secure-port=0'],
});

export const kwok = (programs: Programs<'kwok'>, files: ClusterFiles): StartSpec => ({
  name: 'kwok',
  command: programs.kwok,
  env: SMALL_HEAP,
  args: [
    `--kubeconfig=${files.kubeconfig('kwok')}`,
    '--manage-all-nodes=true',
    `--config=${fixed('stages.yaml')}`,
  ],
});
