import { type FileHandle, open } from 'node:fs/promises';
import { type AuditEvent, parseAuditEvent } from '../../../lab/control-plane/audit.ts';

/** The audit log from its present end on, read piece by piece. It may grow to gigabytes. */
export interface AuditStream {
  /** The events that have been written since the last call. */
  next(): Promise<readonly AuditEvent[]>;
  close(): Promise<void>;
}

const PIECE = 4 * 1024 * 1024;

async function readFrom(file: FileHandle, from: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let at = from;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, at);
    if (bytesRead === 0) return Buffer.concat(pieces);
    pieces.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** @param isWanted says by the line's text whether it is worth parsing */
export async function auditStream(path: string, isWanted: (line: string) => boolean): Promise<AuditStream> {
  const file = await open(path);
  let at = (await file.stat()).size;
  let rest = '';
  return {
    async next() {
      const bytes = await readFrom(file, at);
      // Whole lines only: the last one may end within a character.
      const end = bytes.lastIndexOf(0x0a) + 1;
      at += end;
      const lines = (rest + bytes.subarray(0, end).toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      return lines.filter((line) => line !== '' && isWanted(line)).map(parseAuditEvent);
    },
    close: () => file.close(),
  };
}
