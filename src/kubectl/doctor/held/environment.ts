import { createHmac, randomBytes } from 'node:crypto';

/** Makes of a value what tells whether two are the same, and nothing else. */
export type Seal = (bytes: Buffer) => string;

export function sealer(): Seal {
  const key = randomBytes(32);
  return (bytes) => createHmac('sha256', key).update(bytes).digest('base64');
}

/** The environment of a process by name. Undefined: the process has written over it. */
export function environmentOf(bytes: Buffer, seal: Seal): ReadonlyMap<string, string> | undefined {
  const variables = new Map<string, string>();
  // Latin 1 keeps every byte.
  for (const entry of bytes.toString('latin1').split('\0')) {
    const at = entry.indexOf('=');
    if (entry === '') continue;
    if (at < 1) return undefined;
    const name = Buffer.from(entry.slice(0, at), 'latin1').toString('utf8');
    // getenv(3) returns the first.
    if (!variables.has(name)) variables.set(name, seal(Buffer.from(entry.slice(at + 1), 'latin1')));
  }
  return variables.size > 0 ? variables : undefined;
}
