import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificates } from '../../certs/issue.ts';
import { apiServiceAddress, type ClusterNetwork } from './cluster-network.ts';
import { writeFrontProxy } from './front-proxy.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type User, type UserId, usersOf } from './users.ts';
import { writeWebhookClient } from './webhook-client.ts';

/**
 * The files that the components read. They are written into the cluster's folder before the components start.
 */
export interface ClusterFiles {
  readonly dir: string;
  readonly network: ClusterNetwork;
  readonly port: number;
  readonly server: string;
  readonly ca: string;
  readonly caFile: string;
  /** The admin's. */
  readonly token: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly cert: string;
  readonly key: string;
  readonly auditLog: string;
  /** Default: files/audit-policy.yaml. */
  readonly auditPolicy?: string;
  readonly etcdSocket: string;
  readonly kubeconfig: (user: UserId) => string;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Writes keys, tokens and kubeconfigs for a cluster whose API server listens on `port`. Each call makes new
 * ones.
 */
export async function writeFiles(dir: string, port: number, network: ClusterNetwork): Promise<ClusterFiles> {
  const path = (name: string): string => join(dir, name);
  const kubeconfig = (user: UserId): string => path(`kubeconfigs/${user}.yaml`);
  const server = `https://${network.address}:${port}`;
  const users = usersOf(network).map((user) => ({ ...user, token: randomBytes(24).toString('base64url') }));
  const notAfter = new Date(Date.now() + 30 * DAY);
  const { ca, cert, key } = await issueCertificates({
    names: ['localhost', 'kubernetes.default.svc'],
    addresses: [network.address, apiServiceAddress(network)],
    notAfter,
  });
  // kube-apiserver reads the public half from the same file. It can do so only in the SEC 1 format.
  const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const write = (name: string, content: string) => writeFile(path(name), content, { mode: 0o600 });
  await mkdir(path('kubeconfigs'));
  await Promise.all([
    write('ca.crt', ca),
    write('apiserver.crt', cert),
    write('apiserver.key', key),
    write(
      'service-accounts.key',
      serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    ),
    write('tokens.csv', users.map(tokenLine).join('')),
    writeWebhookClient(dir, notAfter),
    writeFrontProxy(dir, notAfter),
    ...users.map(({ id, name, token }) => writeKubeconfig(kubeconfig(id), { server, ca, user: name, token })),
  ]);
  return {
    dir,
    network,
    port,
    server,
    ca,
    caFile: path('ca.crt'),
    token: users.find(({ id }) => id === 'admin')?.token ?? '',
    tokens: path('tokens.csv'),
    serviceAccountKey: path('service-accounts.key'),
    cert: path('apiserver.crt'),
    key: path('apiserver.key'),
    auditLog: path('audit.jsonl'),
    etcdSocket: path('etcd.sock'),
    kubeconfig,
  };
}

/** A line of the API server's static token file: token, user name, uid, groups. */
const tokenLine = ({ token, name, id, group }: User & { readonly token: string }): string =>
  `${token},${name},${id},"${group}"\n`;
