import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { LockstepError } from '../errors.ts';
import { byCodeUnit } from '../references/usage.ts';
import type { SourceFile } from './documents.ts';
import { noManifestsError, notUtf8Error, stdinTwiceError, unreadableError } from './errors.ts';

/** Decodes so that encoding again gives the same bytes: what is not UTF-8 is refused, a byte order mark kept. */
function decoded(name: string, bytes: Uint8Array): SourceFile {
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    throw notUtf8Error(name, cause);
  }
}

/** The manifests in a directory, in order of their names; those in its subdirectories are not meant (as in kubectl). */
async function manifestsIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(directory, entry.name))
    .sort(byCodeUnit);
  if (names.length > 0) return names;
  throw noManifestsError(directory);
}

async function readOne(name: string): Promise<SourceFile[]> {
  const found = await stat(name);
  const names = found.isDirectory() ? await manifestsIn(name) : [name];
  return Promise.all(names.map(async (each) => decoded(each, await readFile(each))));
}

/**
 * Reads what `-f` names: files, directories, and `-`, the standard input, which can be read once.
 * @throws LockstepError MANIFEST_INVALID where one cannot be read
 */
export async function readManifests(
  names: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<SourceFile[]> {
  if (names.filter((name) => name === '-').length > 1) throw stdinTwiceError();
  const files = await Promise.all(
    names.map(async (name) => {
      try {
        return name === '-' ? [decoded('-', await buffer(stdin))] : await readOne(name);
      } catch (cause) {
        if (cause instanceof LockstepError) throw cause;
        throw unreadableError(name, cause);
      }
    }),
  );
  return files.flat();
}
