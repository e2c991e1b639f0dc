import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { SocksClient } from 'socks';
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Credentials } from './credentials.ts';
import { LARGEST_ANSWER_MIB } from './http.ts';

/**
 * A workload with hundreds of sources asks for all of them at once. More connections than this
 * gain nothing: the fair queueing of one API server gives a client about this many seats.
 */
export const CONNECTIONS = 32;

/**
 * Shorter than the idle timeout of Go's http.Server behind the
 * common load balancers (60 s), so that lockstep closes first.
 */
const IDLE_MS = 50_000;

/**
 * The longest deadline of any call. Each call's own signal
 * ends it earlier; this limit covers a call without one.
 */
const LONGEST_SILENCE_MS = 30_000;

/** For each part of the way: to the proxy, through the proxy, to the API server. */
const CONNECT_MS = 2_000;

/** Connections for calls: so many, each for one call after the other. */
const CALLS = {
  connections: CONNECTIONS,
  maxResponseSize: LARGEST_ANSWER_MIB * 1024 * 1024,
};

/** Connections for long answers: as many as are asked for, and of any length. */
export const STREAMS = { connections: null, maxResponseSize: -1 };

type Limits = typeof CALLS | typeof STREAMS;

const OPTIONS = {
  // One call uses one connection, so that a call which is given up takes its connection
  // along. HTTP/2, which undici and the API server would agree on, puts all calls on one
  // connection. Giving up a call leaves that connection open. Once it went silent (a NAT
  // or a load balancer forgot it), every review met its deadline for 45 s and more.
  allowH2: false,
  pipelining: 1,
  keepAliveTimeout: IDLE_MS,
  headersTimeout: LONGEST_SILENCE_MS,
  bodyTimeout: LONGEST_SILENCE_MS,
};

type Tls = Credentials['tls'] & { readonly secureContext: SecureContext; readonly timeout: number };

/** Connects through a SOCKS 5 proxy. undici's own agent for SOCKS does not take the limits above. */
function socksConnector(proxy: URL, tls: Tls): buildConnector.connector {
  const secure = buildConnector({ ...tls, allowH2: false });
  const { port, username, password } = proxy;
  const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
  const login =
    username === '' ? {} : { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
  return (target, done) => {
    const connected = SocksClient.createConnection({
      proxy: { host, port: Number(port || 1080), type: 5, ...login },
      command: 'connect',
      destination: {
        host: target.hostname,
        port: Number(target.port || (target.protocol === 'https:' ? 443 : 80)),
      },
      timeout: CONNECT_MS,
    });
    connected.then(
      ({ socket }) =>
        target.protocol === 'https:' ? secure({ ...target, httpSocket: socket }, done) : done(null, socket),
      (error: Error) => done(error, null),
    );
  };
}

/** Connects through an HTTP proxy, by CONNECT if the API server speaks TLS. */
function httpProxyDispatcher(uri: string, tls: Tls, limits: Limits): Dispatcher {
  const { ca, rejectUnauthorized } = tls;
  // Go, and so kubectl, trusts an HTTPS proxy by the cluster's
  // authority. A company-wide proxy has another authority.
  const trusted = ca === undefined ? {} : { ca: [...[ca].flat(), ...rootCertificates] };
  return new ProxyAgent({
    ...OPTIONS,
    ...limits,
    uri,
    requestTls: tls,
    proxyTls: {
      ...trusted,
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
      timeout: CONNECT_MS,
    },
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: CONNECT_MS }),
  });
}

/**
 * The dispatcher that opens, keeps and closes connections to the API server, directly or through the proxy.
 */
export function dispatcherFor(
  origin: string,
  { tls, proxy }: Pick<Credentials, 'tls' | 'proxy'>,
  limits: Limits = CALLS,
): Dispatcher {
  // The secure context is made once. From `ca`, `cert` and `key`, each
  // connection would parse them again, and hold a copy outside the heap.
  const secureTls = { ...tls, secureContext: createSecureContext(tls), timeout: CONNECT_MS };
  const options = { ...OPTIONS, ...limits };
  if (proxy === undefined) return new Pool(origin, { ...options, connect: secureTls });
  if (!proxy.startsWith('socks')) return httpProxyDispatcher(proxy, secureTls, limits);
  return new Pool(origin, { ...options, connect: socksConnector(new URL(proxy), secureTls) });
}
