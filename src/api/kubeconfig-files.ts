import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { maybe } from '../schema.ts';

const Entry = Type.Object({
  name: Type.String(),
  user: maybe(Type.Record(Type.String(), Type.Unknown())),
  cluster: maybe(Type.Record(Type.String(), Type.Unknown())),
});
const isEntry = Compile(Entry);
const hasLists = Compile(
  Type.Object({ users: maybe(Type.Array(Type.Unknown())), clusters: maybe(Type.Array(Type.Unknown())) }),
);

/** An entry of a kubeconfig as it is written, with fields that client-node does not know. */
export type KubeconfigEntry = Static<typeof Entry> & {
  /** Folder of the file: paths in the entry are relative to it. */
  readonly folder: string;
};

/**
 * The files that kubectl would read: the named one, those of `KUBECONFIG`, or `~/.kube/config`.
 * In a cluster there are none, because the Pod's ServiceAccount has all that is needed.
 */
export function kubeconfigFiles(path: string | undefined, env: NodeJS.ProcessEnv): string[] {
  if (path !== undefined) return [path];
  if (env['KUBERNETES_SERVICE_HOST']) return [];
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const usual = join(homedir(), '.kube', 'config');
  return named.length > 0 || !existsSync(usual) ? named : [usual];
}

/** Finds the first entry of that name. */
export function findEntry(
  files: readonly string[],
  list: 'users' | 'clusters',
  name: string | undefined,
): KubeconfigEntry | undefined {
  for (const file of files) {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    if (!hasLists.Check(content)) continue;
    for (const entry of content[list] ?? [])
      if (isEntry.Check(entry) && entry.name === name) return { ...entry, folder: dirname(file) };
  }
  return undefined;
}
