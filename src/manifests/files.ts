import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { LockstepError } from '../errors.ts';
import { byCodeUnit } from '../references/usage.ts';
import type { SourceFile } from './documents.ts';
import { noManifestsError, notUtf8Error, stdinTwiceError, unreadableError } from './errors.ts';

/**
 * Decodes a file so that encoding it again gives the same bytes. It
 * rejects bytes that are not UTF-8, and keeps a byte order mark.
 */
function toSourceFile(name: string, bytes: Uint8Array): SourceFile {
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    throw notUtf8Error(name, cause);
  }
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

/**
 * Lists the manifests of a directory by their names. If `recursive`,
 * it includes the directories below, in kubectl's order.
 */
async function listManifests(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((a, b) => byCodeUnit(a.name, b.name));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      for (const below of recursive ? await listManifests(path, recursive) : []) found.push(below);
    else if (isManifest(entry.name)) found.push(path);
  }
  return found;
}

async function readFileOrDirectory(name: string, recursive: boolean): Promise<SourceFile[]> {
  const found = await stat(name);
  const names = found.isDirectory() ? await listManifests(name, recursive) : [name];
  if (names.length === 0) throw noManifestsError(name);
  return Promise.all(names.map(async (each) => toSourceFile(each, await readFile(each))));
}

/**
 * Reads files, directories, and `-`, the standard input, which can be read only once.
 * @param recursive also reads the directories below
 * @throws LockstepError MANIFEST_INVALID if one of them cannot be read
 */
export async function readManifests(
  names: readonly string[],
  recursive: boolean,
  stdin: NodeJS.ReadableStream,
): Promise<SourceFile[]> {
  if (names.filter((name) => name === '-').length > 1) throw stdinTwiceError();
  const files = await Promise.all(
    names.map(async (name) => {
      try {
        return name === '-'
          ? [toSourceFile('-', await buffer(stdin))]
          : await readFileOrDirectory(name, recursive);
      } catch (cause) {
        if (cause instanceof LockstepError) throw cause;
        throw unreadableError(name, cause);
      }
    }),
  );
  return files.flat();
}
