import { parseJson } from '../json.ts';
import { places } from '../waiting/places.ts';
import { turns } from '../waiting/turns.ts';
import { namespaceOf } from './path.ts';

/**
 * An answer with more bytes needs a place. Without one it is not read on, so that it waits in the API server.
 * Nearly all objects are smaller.
 */
const NEEDS_PLACE = 256 * 1024;

/**
 * An answer of 10 MiB takes up to 40 MiB until it is parsed: its chunks, all of it, its text, its values. The
 * container has 512 MiB, and lockstep itself takes 150. Without this limit, 200 reads of ConfigMaps of 1 MiB
 * took 1.2 GiB.
 */
const PLACES = 4;

/**
 * Answers that have more characters take turns. To parse one of 1 MiB that holds 150,000 values, and to digest it,
 * takes 0.2 s. Ten that arrive together would keep all reviews waiting for 2 s.
 */
const NEEDS_TURN = 64 * 1024;

/** Whether to parse so many bytes takes a turn. */
export const isWordy = (bytes: number): boolean => bytes > NEEDS_TURN;

/**
 * Reads a body as JSON. Undefined: it is not JSON.
 * @param onWait called with true when the body has to wait for a place, and then with false
 */
export type ReadJson = (
  body: AsyncIterable<Buffer>,
  request: { readonly path: string; readonly signal: AbortSignal },
  onWait: (waits: boolean) => void,
) => Promise<unknown>;

/** Large bodies are read and parsed a few at a time. Namespaces take turns. */
export function jsonReader(): ReadJson {
  const { take } = turns();
  const { enter } = places(PLACES);
  return async (body, { path, signal }, onWait) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let leave: (() => void) | undefined;
    try {
      for await (const chunk of body) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (leave || bytes <= NEEDS_PLACE) continue;
        onWait(true);
        leave = await enter(namespaceOf(path), signal);
        onWait(false);
      }
      if (isWordy(bytes)) {
        await take(namespaceOf(path), signal);
        // Nobody may be waiting for it any more.
        signal.throwIfAborted();
      }
      return parseJson(Buffer.concat(chunks).toString('utf8'));
    } finally {
      leave?.();
    }
  };
}
