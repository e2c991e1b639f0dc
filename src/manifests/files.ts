import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { LockstepError } from '../errors.ts';
import { byCodeUnit } from '../references/usage.ts';
import type { SourceFile } from './documents.ts';
import { noManifestsError, notUtf8Error, stdinTwiceError, unreadableError } from './errors.ts';

/**
 * Decodes so that encoding again gives the same bytes: what is not UTF-8 is refused, a byte order mark
 * kept.
 */
function decoded(name: string, bytes: Uint8Array): SourceFile {
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    throw notUtf8Error(name, cause);
  }
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

/**
 * The manifests in a directory, in order of their names; those below it where they are meant, in the order
 * of kubectl.
 */
async function manifestsIn(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((a, b) => byCodeUnit(a.name, b.name));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(recursive ? await manifestsIn(path, recursive) : []));
    else if (isManifest(entry.name)) found.push(path);
  }
  return found;
}

async function namesIn(directory: string, recursive: boolean): Promise<string[]> {
  const names = await manifestsIn(directory, recursive);
  if (names.length > 0) return names;
  throw noManifestsError(directory);
}

async function readOne(name: string, recursive: boolean): Promise<SourceFile[]> {
  const found = await stat(name);
  const names = found.isDirectory() ? await namesIn(name, recursive) : [name];
  return Promise.all(names.map(async (each) => decoded(each, await readFile(each))));
}

/**
 * Reads files, directories, and `-`, the standard input, which can be read once.
 * @param recursive the directories below those that are named, too
 * @throws LockstepError MANIFEST_INVALID where one cannot be read
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
        return name === '-' ? [decoded('-', await buffer(stdin))] : await readOne(name, recursive);
      } catch (cause) {
        if (cause instanceof LockstepError) throw cause;
        throw unreadableError(name, cause);
      }
    }),
  );
  return files.flat();
}
