import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';

const hasUsers = Compile(Type.Object({ users: Type.Array(Type.Unknown()) }));
const isTokenFileUser = Compile(
  Type.Object({ name: Type.String(), user: Type.Object({ tokenFile: Type.String({ minLength: 1 }) }) }),
);
const isTokenFileProvider = Compile(
  Type.Object({ config: Type.Object({ tokenFile: Type.String({ minLength: 1 }) }) }),
);

/**
 * Teaches a loaded kubeconfig its current user's `tokenFile`, a field that client-node does not know (to kubectl it goes
 * before `token`): in the words that client-node has for the token of a Pod's ServiceAccount.
 * @param files what the kubeconfig was loaded from
 */
export function adoptTokenFile(config: KubeConfig, files: readonly string[]): void {
  const current = config.getCurrentUser()?.name;
  for (const file of files) {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    if (!hasUsers.Check(content)) continue;
    for (const entry of content.users) {
      if (!isTokenFileUser.Check(entry) || entry.name !== current) continue;
      const tokenFile = resolve(dirname(file), entry.user.tokenFile);
      const authProvider = { name: 'tokenFile', config: { tokenFile } };
      config.users = config.users.map((user) => (user.name === current ? { ...user, authProvider } : user));
    }
  }
}

/**
 * The token in the file that the kubeconfig names; undefined where it names none. Read each time: client-node would hold
 * on to a token for a minute, whatever the API server says of it.
 */
export async function tokenFromFile(config: KubeConfig): Promise<string | undefined> {
  const provider: unknown = config.getCurrentUser()?.authProvider;
  if (!isTokenFileProvider.Check(provider)) return undefined;
  const token = (await readFile(provider.config.tokenFile, 'utf8')).trim();
  if (token === '') throw new Error('the token file is empty');
  return token;
}
