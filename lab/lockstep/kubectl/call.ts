import { type Api, ApiError } from '../../control-plane/api.ts';
import type { CommandResult } from '../../control-plane/run.ts';

/** Where the API serves an object that a command names: `statefulset/web`, or `configmap app`. */
export type PathOf = (word: string, name?: string) => string | undefined;

/** A request that a command sends. */
export interface Call {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

/** What kubectl prints: each warning once. */
export const toResult = (warnings: readonly string[], stdout = ''): CommandResult => ({
  stdout,
  stderr: [...new Set(warnings)].map((warning) => `Warning: ${warning}\n`).join(''),
  exitCode: 0,
});

/** The object at a path, if it exists. */
export async function readIfThere(api: Api, path: string): Promise<unknown> {
  try {
    return await api.get(path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
