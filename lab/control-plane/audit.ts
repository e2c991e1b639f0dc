import { readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** The parts of an audit event that tests look at (audit.k8s.io/v1). */
const AuditEvent = Type.Object({
  auditID: Type.String(),
  stage: Type.String(),
  verb: Type.String(),
  requestURI: Type.String(),
  /** RFC 3339 with microseconds. */
  requestReceivedTimestamp: Type.String(),
  stageTimestamp: Type.String(),
  /** Absent if the API server does not know the caller (yet), for example right after a restart. */
  user: Type.Object({ username: Type.Optional(Type.String()) }),
  objectRef: Type.Optional(
    Type.Object({
      resource: Type.Optional(Type.String()),
      subresource: Type.Optional(Type.String()),
      namespace: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
    }),
  ),
  responseStatus: Type.Optional(
    Type.Object({ code: Type.Optional(Type.Number()), message: Type.Optional(Type.String()) }),
  ),
  requestObject: Type.Optional(Type.Unknown()),
  responseObject: Type.Optional(Type.Unknown()),
  /** Which webhook was called, what it patched, and whether it failed. */
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/**
 * The first part of an annotation's key. The annotation says that a webhook could not be called and that the
 * API server let the call through.
 */
export const FAILED_OPEN = 'failed-open.mutation.webhook.admission.k8s.io/';

export type AuditEvent = Static<typeof AuditEvent>;

/**
 * Reads what the API server has written to the audit log so far (see files/audit-policy.yaml). The events of
 * a call are there once its answer is.
 */
export async function auditEvents({ auditLog }: { auditLog: string }): Promise<readonly AuditEvent[]> {
  const lines = (await readFile(auditLog, 'utf8')).split('\n');
  // The last line is empty or incomplete.
  return lines.slice(0, -1).map(parseAuditEvent);
}

/** @throws Error if the line is not an audit event */
export function parseAuditEvent(line: string): AuditEvent {
  const event: unknown = JSON.parse(line);
  if (Value.Check(AuditEvent, event)) return event;
  throw new Error(`not an audit event: ${line.slice(0, 300)}`);
}
