import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificates } from '../../certs/issue.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** Who has a token of its own. */
type User = 'admin' | 'controllerManager' | 'scheduler' | 'kwok';

/** What the components read, written into the cluster's folder before they start. */
export interface ClusterFiles {
  readonly dir: string;
  readonly port: number;
  readonly server: string;
  readonly ca: string;
  /** The admin's. */
  readonly token: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly cert: string;
  readonly key: string;
  readonly auditLog: string;
  readonly etcdSocket: string;
  readonly kubeconfigs: Readonly<Record<User, string>>;
}

const DAY = 24 * 60 * 60 * 1000;
/** The names by which Kubernetes' own RBAC knows the components. */
const USERS: Readonly<Record<User, { name: string; group: string }>> = {
  admin: { name: 'admin', group: 'system:masters' },
  controllerManager: { name: 'system:kube-controller-manager', group: '' },
  scheduler: { name: 'system:kube-scheduler', group: '' },
  kwok: { name: 'kwok', group: 'system:masters' },
};

/** Writes keys, tokens and kubeconfigs for a cluster whose API server listens on `port`. All are new each time. */
export async function writeFiles(dir: string, port: number): Promise<ClusterFiles> {
  const server = `https://127.0.0.1:${port}`;
  const secret = (): string => randomBytes(24).toString('base64url');
  const tokens = { admin: secret(), controllerManager: secret(), scheduler: secret(), kwok: secret() };
  const path = (name: string): string => join(dir, name);
  const { ca, cert, key } = await issueCertificates({
    names: ['localhost', 'kubernetes.default.svc'],
    addresses: ['127.0.0.1'],
    notAfter: new Date(Date.now() + 30 * DAY),
  });
  // kube-apiserver reads the public half out of the same file, which it can only from SEC 1.
  const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const write = (name: string, content: string) => writeFile(path(name), content, { mode: 0o600 });
  await Promise.all([
    write('apiserver.crt', cert),
    write('apiserver.key', key),
    write(
      'service-accounts.key',
      serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    ),
    write('tokens.csv', tokenFile(tokens)),
  ]);
  await mkdir(path('kubeconfigs'));
  const kubeconfig = async (user: User): Promise<string> => {
    const file = path(`kubeconfigs/${user}.yaml`);
    await writeKubeconfig(file, { server, ca, user: USERS[user].name, token: tokens[user] });
    return file;
  };
  return {
    dir,
    port,
    server,
    ca,
    token: tokens.admin,
    tokens: path('tokens.csv'),
    serviceAccountKey: path('service-accounts.key'),
    cert: path('apiserver.crt'),
    key: path('apiserver.key'),
    auditLog: path('audit.jsonl'),
    etcdSocket: path('etcd.sock'),
    kubeconfigs: {
      admin: await kubeconfig('admin'),
      controllerManager: await kubeconfig('controllerManager'),
      scheduler: await kubeconfig('scheduler'),
      kwok: await kubeconfig('kwok'),
    },
  };
}

/** The API server's static token file: token, user name, uid, groups. */
function tokenFile(tokens: Readonly<Record<User, string>>): string {
  const line = (user: User): string => `${tokens[user]},${USERS[user].name},${user},"${USERS[user].group}"\n`;
  return [line('admin'), line('controllerManager'), line('scheduler'), line('kwok')].join('');
}
