import type { ApiClient } from './client.ts';

/**
 * A client whose calls each have a deadline of their own, however long the work takes that they are part
 * of.
 */
export const boundedCalls = (client: ApiClient, callMs: number): ApiClient => ({
  ...client,
  request: (request) =>
    client.request({ ...request, signal: AbortSignal.any([request.signal, AbortSignal.timeout(callMs)]) }),
});
