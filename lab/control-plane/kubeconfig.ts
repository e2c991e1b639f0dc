import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

/** Who speaks to which API server. */
export interface Access {
  readonly server: string;
  /** The API server's certificate authority, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string | { readonly file: string };
}

/** Writes a kubeconfig with everything in it, readable by its owner only. */
export async function writeKubeconfig(path: string, { server, ca, user, token }: Access): Promise<void> {
  const name = 'lockstep';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: user, user: typeof token === 'string' ? { token } : { tokenFile: token.file } }],
    contexts: [{ name, context: { cluster: name, user, namespace: 'default' } }],
    'current-context': name,
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}
