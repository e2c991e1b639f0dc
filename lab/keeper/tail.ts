import { readFile } from 'node:fs/promises';

/** The last lines of a log file, or a note that there are none. */
export async function logTail(path: string, lines = 20): Promise<string> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return content.trimEnd().split('\n').slice(-lines).join('\n') || '(empty)';
}
