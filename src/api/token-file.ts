import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { KubeconfigEntry } from './kubeconfig-files.ts';

const isTokenFileUser = Compile(Type.Object({ tokenFile: Type.String({ minLength: 1 }) }));
const isTokenFileProvider = Compile(
  Type.Object({ config: Type.Object({ tokenFile: Type.String({ minLength: 1 }) }) }),
);

/**
 * Adds the current user's `tokenFile` to a loaded kubeconfig, because client-node
 * does not know that field. It uses the form that client-node has for the token
 * of a Pod's ServiceAccount. As in kubectl, `tokenFile` goes before `token`.
 */
export function addTokenFile(config: KubeConfig, { name, user, folder }: KubeconfigEntry): void {
  if (!isTokenFileUser.Check(user)) return;
  const authProvider = { name: 'tokenFile', config: { tokenFile: resolve(folder, user.tokenFile) } };
  config.users = config.users.map((each) => (each.name === name ? { ...each, authProvider } : each));
}

/**
 * Reads the token from the file that the kubeconfig names; undefined if it names none. Every call
 * reads the file: client-node would keep a token for a minute, even if the API server rejects it.
 */
export async function tokenFromFile(config: KubeConfig): Promise<string | undefined> {
  const provider: unknown = config.getCurrentUser()?.authProvider;
  if (!isTokenFileProvider.Check(provider)) return undefined;
  const token = (await readFile(provider.config.tokenFile, 'utf8')).trim();
  if (token === '') throw new Error('the token file is empty');
  return token;
}
