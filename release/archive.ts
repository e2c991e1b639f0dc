import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

const BLOCK = 512;
/** Where the fields of a header begin, and how long they are. POSIX.1-1988, which every tar reads. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  sum: [148, 8],
  magic: [257, 8],
} as const;

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

function headerOf({ name, content, executable }: ArchivedFile, seconds: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (field: keyof typeof FIELDS, text: string) => header.write(text, FIELDS[field][0], 'latin1');
  const number = (field: keyof typeof FIELDS, value: number) => put(field, octal(value, FIELDS[field][1]));
  if (Buffer.byteLength(name) >= FIELDS.name[1]) throw new Error(`${name} is too long a name for an archive`);
  put('name', name);
  number('mode', executable ? 0o755 : 0o644);
  number('uid', 0);
  number('gid', 0);
  number('size', content.length);
  number('mtime', seconds);
  put('magic', 'ustar\x0000');
  // The checksum is that of the header with spaces in its place.
  header.fill(' ', FIELDS.sum[0], FIELDS.sum[0] + FIELDS.sum[1]);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put('sum', `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/**
 * A tar.gz that depends on nothing but its files: the same files give the same bytes, on every machine with the same
 * Node.
 * @param seconds the time of each file, since the epoch
 */
export function archiveOf(files: readonly ArchivedFile[], seconds = 0): Buffer {
  const parts = files.flatMap((file) => {
    const padding = Buffer.alloc((BLOCK - (file.content.length % BLOCK)) % BLOCK);
    return [headerOf(file, seconds), file.content, padding];
  });
  // Two empty blocks end an archive.
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

/** A file of this machine, for an archive. */
export const fileAt = (path: string, name: string, executable = false): ArchivedFile => ({
  name,
  content: readFileSync(path),
  executable,
});

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
