import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseKeys, type SecretKey } from '../../src/digest/secret-keys.ts';

/** A line of the file that `--secrets-key-file` names. */
export const KEY_TEXT = 'a key of the installation, and not a short one';

/** The keys on these lines. */
export function keysOf(...lines: readonly string[]): readonly SecretKey[] {
  const parsed = parseKeys(lines.join('\n'));
  if (parsed.kind === 'malformed') throw new Error(parsed.why);
  return parsed.keys;
}

function onlyKeyOf(line: string): SecretKey {
  const [key] = keysOf(line);
  if (!key) throw new Error('no key');
  return key;
}

/** The key of an installation, and a later one. */
export const KEY = onlyKeyOf(KEY_TEXT);
export const OTHER_KEY = onlyKeyOf('another key, made when the first was replaced');

/** Writes the file of an installation's key. Resolves with the flags that switch Secrets on with it. */
export async function writeKeyFile(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'keys');
  await writeFile(file, KEY_TEXT, { mode: 0o600 });
  return ['--secrets=on', '--secrets-key-file', file];
}
