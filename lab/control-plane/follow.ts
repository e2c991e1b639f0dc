import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, ApiError } from './api.ts';
import { type KubeList, parseFrame, parseList, type WatchFrame } from './objects.ts';

/** What to do with the events of a watch. */
export interface Sink {
  event(frame: Extract<WatchFrame, { type: 'ADDED' | 'MODIFIED' | 'DELETED' }>): void;
  /** The server no longer has the events since the last one seen. `list` is the present state. */
  gap(list: KubeList): void;
}

const RETRY_MS = 50;
const GONE = 410;

export const list = async (api: Api, path: string): Promise<KubeList> => parseList(await api.get(path));

/**
 * Passes every event after `version` to the sink, across ended watches and restarts of the API server, until
 * `signal` aborts.
 * @throws ApiError if the API server refuses (anything but 410, 429 and 5xx)
 */
export async function follow(
  api: Api,
  path: string,
  version: string,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  let seen = version;
  while (!signal.aborted) {
    try {
      for await (const frame of frames(api, path, seen, signal)) {
        if (frame.type === 'ERROR') throw new ApiError(frame.object.code, path, frame.object.message ?? '');
        seen = frame.object.metadata.resourceVersion;
        if (frame.type !== 'BOOKMARK') sink.event(frame);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) throw error;
      if (isGone(error)) seen = await relist(api, path, seen, sink);
    }
    await sleep(RETRY_MS);
  }
}

async function relist(api: Api, path: string, seen: string, sink: Sink): Promise<string> {
  // The server may be unreachable again in between. Then the next try finds the same gap.
  const now = await list(api, path).catch(() => undefined);
  if (now === undefined) return seen;
  sink.gap(now);
  return now.metadata.resourceVersion;
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === GONE;

/**
 * Whether the API server refuses for good. A broken connection is not a refusal, because the API server may
 * be restarting. Neither is its answer that it is not ready yet.
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof SyntaxError ||
  (error instanceof ApiError && error.status !== GONE && error.status !== 429 && error.status < 500);

async function* frames(
  api: Api,
  path: string,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<WatchFrame> {
  const query = new URLSearchParams({ watch: 'true', resourceVersion: version, allowWatchBookmarks: 'true' });
  const body = await api.open(`${path}?${query}`, { signal });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseFrame(line);
  }
}
