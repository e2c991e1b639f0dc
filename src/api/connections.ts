import { unlessAborted } from '../abort.ts';
import { waitingLine } from '../waiting/waiting-line.ts';
import type { Credentials } from './credentials.ts';
import { CONNECTIONS } from './dispatcher.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { namespaceOf } from './path.ts';
import { isOvertaken, PATIENCE_MS, type Sent, untilOverdue } from './patience.ts';
import type { DateObserver, Pool } from './pool.ts';
import { openPools } from './pools.ts';
import { jsonReader } from './read-json.ts';

export interface Connections {
  /** No request is overdue earlier after it was sent. */
  readonly patienceMs: number;
  /**
   * Sends a request as soon as a connection is free. Requests of different namespaces take turns.
   * Resolves with the whole answer, body included. Rejects with undici's errors.
   * @param onSent called when the request goes out
   */
  send(credentials: Credentials, request: HttpRequest, onSent?: (sent: Sent) => void): Promise<HttpAnswer>;
  /**
   * Resolves with true when a request has been unanswered for so long that its connection may be dead.
   * Resolves with false if the signal is aborted before.
   */
  untilOverdue(sent: Sent, signal: AbortSignal): Promise<boolean>;
  /**
   * Sends an overdue request once more, on another connection. While all connections are silent, one request
   * at a time tries whether new ones are any better. The others wait for the result.
   */
  sendAgain(
    overdue: Sent,
    credentials: Credentials,
    request: HttpRequest,
    onSent: (sent: Sent) => void,
  ): Promise<HttpAnswer>;
  /** For a request that was never answered: new connections from now on, unless the present ones answer. */
  renewIfSilent(sent: Sent): void;
  close(): Promise<void>;
}

/** A call may end soon after it was sent. Its connection was only silent if it had this part of our patience. */
const LEAST_SILENCE = 0.1;

function sendOver(pool: Pool, request: HttpRequest, onSent?: (sent: Sent) => void): Promise<HttpAnswer> {
  const sent = { pool, at: performance.now() };
  onSent?.(sent);
  return pool.send(request, (waits) => {
    // Nothing is overdue while it waits for us.
    sent.at = waits ? Number.POSITIVE_INFINITY : performance.now();
  });
}

/**
 * Kept-alive connections to the API server. They are renewed if the server, its certificates or ours change.
 * @param patienceMs see `PATIENCE_MS`
 */
export function connections(
  observeDate: DateObserver = () => undefined,
  patienceMs = PATIENCE_MS,
): Connections {
  const pools = openPools({ observeDate, readJson: jsonReader() });
  const hasRoom = () => (pools.current()?.inFlight ?? 0) < CONNECTIONS;
  const line = waitingLine(hasRoom);

  /** Gives free connections to requests that wait. */
  const sendWaiting = () => line.serveWhile(hasRoom);

  const send: Connections['send'] = async (credentials, request, onSent) => {
    const pool = await line.wait(namespaceOf(request.path), request.signal, () => {
      const free = pools.currentFor(credentials);
      free.inFlight += 1;
      return free;
    });
    try {
      return await sendOver(pool, request, onSent);
    } finally {
      pool.inFlight -= 1;
      sendWaiting();
    }
  };

  return {
    patienceMs,
    send,
    untilOverdue: (sent, signal) => untilOverdue(sent, signal, patienceMs),
    async sendAgain(overdue, credentials, request, onSent) {
      const { pool } = overdue;
      while (await untilOverdue(overdue, request.signal, patienceMs)) {
        if (pool !== pools.current() || isOvertaken(overdue)) return send(credentials, request, onSent);
        const ended = pools.besideEnded();
        if (!ended) {
          onSent(overdue);
          return pools.sendBeside(pool, credentials, request).finally(sendWaiting);
        }
        await unlessAborted(ended, request.signal);
      }
      throw request.signal.reason;
    },
    renewIfSilent({ pool, at }) {
      const isSilent = pool.answeredAt < at && performance.now() - at >= patienceMs * LEAST_SILENCE;
      if (!isSilent || pools.besideEnded()) return;
      pools.giveUp(pool);
      sendWaiting();
    },
    close: pools.close,
  };
}
