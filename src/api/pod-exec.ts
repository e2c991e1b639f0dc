import type { Duplex } from 'node:stream';
import { type Dispatcher, WebSocket } from 'undici';
import type { Credentials } from './credentials.ts';
import { execEnd } from './exec-end.ts';
import { segment } from './path.ts';
import { baseOf } from './pool.ts';

/** A container of a pod. */
export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecRequest extends ContainerPlace {
  /** The program and its arguments. No shell reads them. */
  readonly command: readonly string[];
  /** The longest output that is taken. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type ExecAnswer =
  | {
      readonly kind: 'ended';
      readonly exitCode: number;
      readonly stdout: Buffer;
      readonly stderr: string;
    }
  /** The program could not be started, in the words of the container runtime. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'too-large' }
  /** The API server, or the kubelet, does not let it happen. */
  | { readonly kind: 'refused'; readonly status: number };

/**
 * The protocol of kubectl since Kubernetes 1.31 (apimachinery: remotecommand.StreamProtocolV5Name). The first byte of
 * each message says which stream the rest belongs to.
 */
const PROTOCOL = 'v5.channel.k8s.io';
const [STDOUT, STDERR, ERROR] = [1, 2, 3];

function pathOf({ namespace, pod, container, command }: ExecRequest): string {
  const query = new URLSearchParams([
    ['container', container],
    ...command.map((each) => ['command', each]),
    ['stdout', 'true'],
    ['stderr', 'true'],
  ]);
  return `/api/v1/namespaces/${segment(namespace)}/pods/${segment(pod)}/exec?${query}`;
}

/**
 * The same connections, for the handshake of a WebSocket. It carries the credentials as they are: a Headers object,
 * which a WebSocket takes, would join the groups of an impersonation into one.
 * @param told of what a WebSocket tells nobody: the answer's status if it is no 101, and its own socket
 */
const withCredentials = (
  dispatcher: Dispatcher,
  { headers }: Credentials,
  told: { readonly onStatus: (status: number) => void; readonly onSocket: (socket: Duplex) => void },
): Dispatcher =>
  dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(
        { ...options, headers: Object.assign({}, options.headers, headers) },
        {
          onRequestStart: (...args) => handler.onRequestStart?.(...args),
          onRequestUpgrade: (...args) => {
            told.onSocket(args[3]);
            return handler.onRequestUpgrade?.(...args);
          },
          onResponseStart: (...args) => {
            if (args[1] >= 200) told.onStatus(args[1]);
            return handler.onResponseStart?.(...args);
          },
          onResponseData: (...args) => handler.onResponseData?.(...args),
          onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
          onResponseError: (...args) => handler.onResponseError?.(...args),
        },
      ),
  );

/** What has come so far, by stream. */
function receiver(mostBytes: number) {
  const parts = new Map<number, Buffer[]>();
  let size = 0;
  return {
    /** @returns whether it is still within the limit */
    take(message: Buffer): boolean {
      const [channel = 0] = message;
      size += message.length;
      if (size > mostBytes) return false;
      const before = parts.get(channel);
      if (before) before.push(message.subarray(1));
      else parts.set(channel, [message.subarray(1)]);
      return true;
    },
    of: (channel: number): Buffer => Buffer.concat(parts.get(channel) ?? []),
  };
}

/** What a WebSocket gives as a message of the type `arraybuffer`. */
const bytesOf = (data: unknown): Buffer =>
  data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(String(data));

/**
 * Runs a program in a container, to its end.
 * @param dispatcher leads where the credentials do
 * @throws whatever the connection throws, and the signal's reason
 */
export function execIn(
  dispatcher: Dispatcher,
  credentials: Credentials,
  request: ExecRequest,
): Promise<ExecAnswer> {
  const { signal, mostBytes } = request;
  const { origin, base } = baseOf(credentials);
  let refused: number | undefined;
  let line: Duplex | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<ExecAnswer>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${base}${pathOf(request)}`, {
    protocols: PROTOCOL,
    dispatcher: withCredentials(dispatcher, credentials, {
      onStatus: (status) => {
        refused = status;
      },
      onSocket: (upgraded) => {
        line = upgraded;
      },
    }),
  });
  socket.binaryType = 'arraybuffer';
  const received = receiver(mostBytes);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.addEventListener('message', ({ data }) => {
    if (!received.take(bytesOf(data))) resolve({ kind: 'too-large' });
  });
  socket.addEventListener('error', ({ error }) => {
    if (refused === undefined) reject(error?.cause ?? error);
    else resolve({ kind: 'refused', status: refused });
  });
  socket.addEventListener('close', () => {
    const end = execEnd(received.of(ERROR).toString('utf8'));
    if (!end) return reject(new Error('the connection has ended before the program'));
    if ('message' in end) return resolve({ kind: 'failed', message: end.message });
    const stderr = received.of(STDERR).toString('utf8');
    return resolve({ kind: 'ended', ...end, stdout: received.of(STDOUT), stderr });
  });
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
    socket.close();
    // A program that goes on would keep the connection, and this process, for seconds.
    line?.destroy();
  });
}
