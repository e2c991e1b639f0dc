import type { ApiClient } from './client.ts';

/** A client that gives each call a deadline of its own, however long the work around the call takes. */
export const withCallDeadline = (client: ApiClient, callMs: number): ApiClient => ({
  ...client,
  request: (request) =>
    client.request({ ...request, signal: AbortSignal.any([request.signal, AbortSignal.timeout(callMs)]) }),
});
