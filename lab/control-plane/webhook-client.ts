import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createAuthority } from '../../certs/issue.ts';

/** The common name of the API server's client certificate. */
export const API_SERVER_NAME = 'kube-apiserver';

const folderIn = (clusterFolder: string): string => join(clusterFolder, 'webhook-client');

/** What a program needs to tell this cluster's API server from other clients, or to be taken for it. */
export interface WebhookClientFiles {
  /** The authority that signed the certificate, PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export const webhookClientFiles = (clusterFolder: string): WebhookClientFiles => ({
  ca: join(folderIn(clusterFolder), 'ca.crt'),
  cert: join(folderIn(clusterFolder), 'tls.crt'),
  key: join(folderIn(clusterFolder), 'tls.key'),
});

/** The flags of a lockstep that answers nobody but this cluster's API server. */
export const clientFlags = (clusterFolder: string): readonly string[] => [
  ...['--client-ca-file', webhookClientFiles(clusterFolder).ca],
  ...['--client-names', API_SERVER_NAME],
];

/** The API server's configuration of admission, for `--admission-control-config-file`. */
export const admissionConfigIn = (clusterFolder: string): string =>
  join(folderIn(clusterFolder), 'admission.yaml');

/**
 * Writes a client certificate for the API server, and the configuration with which it shows the certificate to
 * every webhook. It does no harm to webhooks that do not ask for one.
 */
export async function writeWebhookClient(clusterFolder: string, notAfter: Date): Promise<void> {
  const { ca, cert, key } = webhookClientFiles(clusterFolder);
  const kubeconfig = join(folderIn(clusterFolder), 'kubeconfig.yaml');
  const authority = await createAuthority(notAfter);
  const pair = await authority.issue({
    names: [API_SERVER_NAME],
    addresses: [],
    purpose: 'client',
    notAfter,
  });
  // An entry is found by the webhook's host and port. `*` is what applies to all others.
  const user = { name: '*', user: { 'client-certificate': cert, 'client-key': key } };
  const plugin = (name: string) => ({
    name,
    configuration: {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'WebhookAdmissionConfiguration',
      kubeConfigFile: kubeconfig,
    },
  });
  const admission = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [plugin('MutatingAdmissionWebhook'), plugin('ValidatingAdmissionWebhook')],
  };
  const write = (path: string, text: string) => writeFile(path, text, { mode: 0o600 });
  await mkdir(folderIn(clusterFolder));
  await Promise.all([
    write(ca, authority.ca),
    write(cert, pair.cert),
    write(key, pair.key),
    write(kubeconfig, stringify({ apiVersion: 'v1', kind: 'Config', users: [user] })),
    write(admissionConfigIn(clusterFolder), stringify(admission)),
  ]);
}
