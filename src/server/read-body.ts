import type { IncomingMessage } from 'node:http';
import type { BodyBudget, Charge } from './body-budget.ts';
import type { Limits } from './bounds.ts';
import { BODY_LIMIT, Refusal } from './refusals.ts';

/** The first buffer of a body: as large as most reviews are. */
const FIRST_BYTES = 16 * 1024;

/** What must arrive within the time for a body, if it is not all. */
const STEP_BYTES = 1024 * 1024;

export interface ReadBody {
  readonly body: Buffer;
  /** What its memory is charged to. It is released by the caller. */
  readonly charge: Charge;
}

/** The largest that the body may be: what its request declares. A chunked body declares nothing. */
function mostBytes({ headers }: IncomingMessage): number {
  const declared = Number(headers['content-length'] ?? BODY_LIMIT);
  if (declared > BODY_LIMIT) throw new Refusal('BODY_TOO_LARGE');
  return declared;
}

/**
 * A buffer that grows as bytes arrive. So the memory of a body is at most twice what has arrived, however
 * small the pieces are. A piece of one byte would take a hundred if it were kept.
 */
function growingBuffer(most: number, charge: Charge) {
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;
  return {
    length: () => length,
    content: () => buffer.subarray(0, length),
    /** @throws Refusal BODY_TOO_LARGE, BUSY */
    add(chunk: Buffer): void {
      const needed = length + chunk.length;
      if (needed > most) throw new Refusal('BODY_TOO_LARGE');
      if (length === 0 && needed === most) {
        // All of it. Nearly all bodies come in one piece.
        charge.resize(needed);
        buffer = chunk;
        length = needed;
        return;
      }
      if (needed > buffer.length) {
        const size = Math.min(most, Math.max(needed, 2 * buffer.length, FIRST_BYTES));
        charge.resize(size);
        const larger = Buffer.allocUnsafeSlow(size);
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      chunk.copy(buffer, length);
      length = needed;
    },
    clear(): void {
      buffer = Buffer.alloc(0);
      length = 0;
    },
  };
}

/** How long a body may take. */
type BodyLimits = Pick<Limits, 'bodyMs' | 'requestMs'>;

/**
 * Calls `stalled` if a step has not arrived in the time for it, or not all of the body in that for the request.
 * @returns a function that ends this
 */
function watchProgress(
  length: () => number,
  { bodyMs, requestMs }: BodyLimits,
  stalled: () => void,
): () => void {
  const lastMs = performance.now() + requestMs;
  const nextMs = () => Math.min(bodyMs, lastMs - performance.now());
  let isOver = false;
  let seen = 0;
  let timer = setTimeout(lookSoon, nextMs());
  // If the process was busy, bytes that have arrived are read between the timer and this.
  function lookSoon(): void {
    setImmediate(() => {
      if (isOver) return;
      if (length() - seen < STEP_BYTES || nextMs() <= 0) {
        stalled();
        return;
      }
      seen = length();
      timer = setTimeout(lookSoon, nextMs());
    });
  }
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/**
 * Reads a body.
 * @throws Refusal BODY_TOO_LARGE, REQUEST_TIMEOUT, BUSY, HTTP_MALFORMED (the connection broke)
 */
export async function readBody(
  payload: IncomingMessage,
  budget: BodyBudget,
  limits: BodyLimits,
): Promise<ReadBody> {
  const most = mostBytes(payload);
  const { promise, resolve, reject } = Promise.withResolvers<ReadBody>();
  const charge = budget.open(() => fail(new Refusal('BUSY')));
  const buffer = growingBuffer(most, charge);
  const endWatch = watchProgress(buffer.length, limits, () => fail(new Refusal('REQUEST_TIMEOUT')));

  function stop(): void {
    endWatch();
    payload.off('data', add).off('end', end).off('close', fail).off('error', fail);
    // A later error of the connection is nobody's.
    payload.on('error', () => undefined);
  }

  function fail(error?: unknown): void {
    stop();
    charge.release();
    buffer.clear();
    reject(error instanceof Refusal ? error : new Refusal('HTTP_MALFORMED'));
  }

  function add(chunk: Buffer): void {
    try {
      buffer.add(chunk);
    } catch (error) {
      fail(error);
    }
  }

  function end(): void {
    stop();
    charge.complete();
    resolve({ body: buffer.content(), charge });
  }

  payload.on('data', add).once('end', end).once('close', fail).once('error', fail);
  return promise;
}
