import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type AuditEvent, parseAuditEvent } from '../../lab/control-plane/audit.ts';

/** The audit log from its present end on. It may be long, and each history needs only its own part. */
export interface AuditTail {
  /** The events of one namespace that have been written since. */
  of(namespace: string): Promise<readonly AuditEvent[]>;
}

export async function auditTail(path: string): Promise<AuditTail> {
  const start = (await stat(path)).size;
  return {
    async of(namespace) {
      const lines = (await text(createReadStream(path, { start }))).split('\n');
      // The last line is empty or incomplete.
      return lines
        .slice(0, -1)
        .filter((line) => line.includes(`/namespaces/${namespace}/`))
        .map(parseAuditEvent);
    },
  };
}
