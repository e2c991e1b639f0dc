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
 * Teaches a loaded kubeconfig its current user's `tokenFile`, a field that client-node does not know (to
 * kubectl it goes before `token`): in the words that client-node has for the token of a Pod's
 * ServiceAccount.
 */
export function adoptTokenFile(config: KubeConfig, { name, user, folder }: KubeconfigEntry): void {
  if (!isTokenFileUser.Check(user)) return;
  const authProvider = { name: 'tokenFile', config: { tokenFile: resolve(folder, user.tokenFile) } };
  config.users = config.users.map((each) => (each.name === name ? { ...each, authProvider } : each));
}

/**
 * The token in the file that the kubeconfig names; undefined where it names none. Read each time:
 * client-node would hold on to a token for a minute, whatever the API server says of it.
 */
export async function tokenFromFile(config: KubeConfig): Promise<string | undefined> {
  const provider: unknown = config.getCurrentUser()?.authProvider;
  if (!isTokenFileProvider.Check(provider)) return undefined;
  const token = (await readFile(provider.config.tokenFile, 'utf8')).trim();
  if (token === '') throw new Error('the token file is empty');
  return token;
}
