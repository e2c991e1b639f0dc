import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Api } from '../../control-plane/api.ts';
import { eventually } from '../../control-plane/eventually.ts';
import { type PathOf, readIfThere } from './call.ts';

const Found = Type.Object({ metadata: Type.Object({ name: Type.String(), uid: Type.String() }) });
const isFound = Compile(Found);
const isListOf = Compile(Type.Object({ items: Type.Array(Found) }));

/** What `kubectl get NAME -o json` prints, without a line break at its end. undefined: another command */
export async function outputOf(
  api: Api,
  args: readonly string[],
  pathOf: PathOf,
): Promise<string | undefined> {
  const [, type = '', name] = /^get (\w+)[ /]([\w.-]+) -o json$/.exec(args.join(' ')) ?? [];
  const path = pathOf(type, name);
  if (path === undefined) return undefined;
  const { metadata, ...rest } = Object(await api.get(path));
  const { managedFields: _, ...shown } = metadata;
  return JSON.stringify({ ...rest, metadata: shown }, null, 4);
}

/** Waits until an object is gone, as kubectl does. */
const untilGone = (api: Api, path: string, uid: string) =>
  eventually(
    async () => {
      const found = await readIfThere(api, path);
      return !isFound.Check(found) || found.metadata.uid !== uid;
    },
    { what: `the end of ${path}`, timeoutMs: 80_000, intervalMs: 20 },
  );

/** `delete TYPE/NAME`, `delete TYPE NAME`, and `delete pods --all`: what they delete. undefined: another command */
async function deletedBy(api: Api, words: readonly string[], pathOf: PathOf) {
  const [subject = '', name] = words;
  if (words.join(' ') !== 'pods --all') {
    const path = words.length > 2 || name?.startsWith('-') ? undefined : pathOf(subject, name);
    return path === undefined ? undefined : [{ path, uid: await uidAt(api, path) }];
  }
  const pods = pathOf('pod', '')?.slice(0, -1) ?? '';
  const { items } = isListOf.Parse(await api.get(pods));
  return items.map(({ metadata }) => ({ path: `${pods}/${metadata.name}`, uid: metadata.uid }));
}

const uidAt = async (api: Api, path: string) => isFound.Parse(await api.get(path)).metadata.uid;

/**
 * Deletes what `kubectl delete` deletes, and waits for the end of it.
 * @returns false: it is another command, and nothing has been deleted
 */
export async function deleteAsKubectl(api: Api, args: readonly string[], pathOf: PathOf): Promise<boolean> {
  const [verb, ...words] = args;
  if (verb !== 'delete') return false;
  const orphans = words.includes('--cascade=orphan');
  const waits = !words.includes('--wait=false');
  const rest = words.filter((word) => word !== '--cascade=orphan' && word !== '--wait=false');
  const objects = await deletedBy(api, rest, pathOf);
  if (!objects) return false;
  const body = { propagationPolicy: orphans ? 'Orphan' : 'Background' };
  for (const { path } of objects) await api.send(path, { method: 'DELETE', body });
  if (waits) await Promise.all(objects.map(({ path, uid }) => untilGone(api, path, uid)));
  return true;
}
