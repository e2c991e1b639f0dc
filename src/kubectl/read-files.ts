import { Readable } from 'node:stream';
import type { SourceFile } from '../manifests/documents.ts';
import { readManifests } from '../manifests/files.ts';
import { usageError } from './errors.ts';
import type { Io } from './io.ts';

/**
 * Reads files, folders, and `-`, the standard input.
 * @throws LockstepError MANIFEST_INVALID, and USAGE if `-` is there twice
 */
export async function readFiles(
  io: Pick<Io, 'readInput'>,
  names: readonly string[],
  recursive = false,
): Promise<readonly SourceFile[]> {
  const files = names.filter((name) => name !== '-');
  if (names.length - files.length > 1) throw usageError('-f - is given twice: it can be read only once');
  const input = files.length < names.length ? [{ name: '-', text: await io.readInput() }] : [];
  return [...input, ...(await readManifests(files, recursive, Readable.from([])))];
}
