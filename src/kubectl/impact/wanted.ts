import { type SourceRef, sourceId } from '../../references/sources.ts';
import { usageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { sourcesNamedBy } from '../source-args.ts';
import { editsOfFiles } from './edit-files.ts';
import type { Edit, WantedEdit } from './supposition.ts';

/** What the command line says of the edit. */
export interface Asked {
  readonly filename?: readonly string[] | undefined;
  readonly key?: readonly string[] | undefined;
  readonly delete?: boolean | undefined;
}

async function fromFiles(
  io: Pick<Io, 'readInput'>,
  files: readonly string[],
  named: readonly SourceRef[],
  namespace: string,
): Promise<readonly WantedEdit[]> {
  const ids = new Set(named.map(sourceId));
  const edits = await editsOfFiles(io, files, namespace);
  const wanted = named.length > 0 ? edits.filter((edit) => ids.has(sourceId(edit))) : edits;
  const missing = named.find((each) => !wanted.some((edit) => sourceId(edit) === sourceId(each)));
  if (missing) throw usageError(`${sourceId(missing)} is not in ${files.join(', ')}`);
  if (wanted.length === 0) throw usageError(`${files.join(', ')} holds no ConfigMap and no Secret`);
  return wanted;
}

/**
 * The edits that the command line asks about.
 * @throws LockstepError USAGE, MANIFEST_INVALID
 */
export async function wantedEdits(
  io: Pick<Io, 'readInput'>,
  args: readonly string[],
  asked: Asked,
  namespace: string,
): Promise<readonly WantedEdit[]> {
  const named = sourcesNamedBy(args);
  const { filename: files = [], key: keys = [] } = asked;
  if ([files.length > 0, keys.length > 0, asked.delete].filter(Boolean).length > 1)
    throw usageError('-f, --key and --delete exclude each other');
  if (files.length > 0) return fromFiles(io, files, named, namespace);
  if (named.length === 0)
    throw usageError('name a source, for example configmap/app, or give its manifest with -f');
  if (keys.length > 0 && named.length > 1) throw usageError('--key is about one source: name only one');
  const edit: Edit = keys.length > 0 ? { kind: 'keys', keys } : { kind: asked.delete ? 'delete' : 'any' };
  return named.map((source) => ({ ...source, namespace, edit }));
}
