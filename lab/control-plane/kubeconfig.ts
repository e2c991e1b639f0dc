import { readFile, writeFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse, stringify } from 'yaml';
import type { ApiAccess } from './api.ts';

/** A user and an API server. */
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

const Kubeconfig = Type.Object({
  clusters: Type.Array(
    Type.Object({
      cluster: Type.Object({ server: Type.String(), 'certificate-authority-data': Type.String() }),
    }),
  ),
  users: Type.Array(Type.Object({ user: Type.Object({ token: Type.String() }) })),
});

/**
 * The data of a kubeconfig that `writeKubeconfig` wrote with a token.
 * @throws Error if it is not one
 */
export async function readAccess(path: string): Promise<ApiAccess> {
  const { clusters, users } = Value.Parse(Kubeconfig, parse(await readFile(path, 'utf8')));
  const { cluster } = clusters[0] ?? {};
  const { user } = users[0] ?? {};
  if (!cluster || !user) throw new Error(`${path} is not a kubeconfig with one user`);
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString('utf8');
  return { server: cluster.server, ca, token: user.token };
}
