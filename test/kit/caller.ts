import { randomUUID } from 'node:crypto';
import { Agent, type Dispatcher, request } from 'undici';
import type { ApiAccess } from '../../lab/control-plane/api.ts';

/** The API server's answer to one call of a test. */
export interface Answer {
  /** The id of the call in the audit log. */
  readonly auditId: string;
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** Makes one call. Any status is an answer, not an error. */
export type Caller = (
  method: Dispatcher.HttpMethod,
  path: string,
  body?: unknown,
  contentType?: string,
) => Promise<Answer>;

export const MERGE_PATCH = 'application/merge-patch+json';
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';

/** Calls of one client, over a connection of its own. Each call sends its own audit ID. */
export function openCaller(access: ApiAccess): { call: Caller; close(): Promise<void> } {
  const dispatcher = new Agent({ connect: { ca: access.ca }, connections: 1 });
  const call: Caller = async (method, path, body, contentType = 'application/json') => {
    const auditId = randomUUID();
    const response = await request(`${access.server}${path}`, {
      method,
      dispatcher,
      signal: AbortSignal.timeout(60_000),
      headers: {
        authorization: `Bearer ${access.token}`,
        accept: 'application/json',
        'content-type': contentType,
        'audit-id': auditId,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const warnings = response.headers['warning'] ?? [];
    return {
      auditId,
      method,
      path,
      status: response.statusCode,
      body: await response.body.json(),
      warnings: typeof warnings === 'string' ? [warnings] : warnings,
    };
  };
  return { call, close: () => dispatcher.close() };
}
