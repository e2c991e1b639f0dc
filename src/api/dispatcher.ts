import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { SocksClient } from 'socks';
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Credentials } from './credentials.ts';
import { LARGEST_ANSWER_MIB } from './http.ts';

/**
 * A workload with hundreds of sources asks for all at once; more connections than this gain nothing (one
 * API server's fair queueing gives a client about this many seats).
 */
const CONNECTIONS = 32;

/**
 * Shorter than Go's http.Server idle timeout behind the common load balancers (60 s), so that we close
 * first.
 */
const IDLE_MS = 50_000;

/**
 * The longest deadline there is. Each call's own signal ends it earlier: this is for the day when one has
 * none.
 */
const LONGEST_SILENCE_MS = 30_000;

/** For each leg of the way: to the proxy, through it, to the API server. */
const CONNECT_MS = 2_000;

const OPTIONS = {
  connections: CONNECTIONS,
  // One call a connection, so that a call which is given up takes its connection along. HTTP/2, which
  // undici and the API server would agree on, puts all calls on one connection, and giving up a call leaves
  // it: once it went silent (a NAT or a load balancer that forgot it), every review for 45 s and more met
  // its deadline.
  allowH2: false,
  pipelining: 1,
  keepAliveTimeout: IDLE_MS,
  headersTimeout: LONGEST_SILENCE_MS,
  bodyTimeout: LONGEST_SILENCE_MS,
  maxResponseSize: LARGEST_ANSWER_MIB * 1024 * 1024,
};

type Tls = Credentials['tls'] & { readonly secureContext: SecureContext; readonly timeout: number };

/** Through a SOCKS 5 proxy. undici's own agent for it does not take the limits above. */
function throughSocks(proxy: URL, tls: Tls): buildConnector.connector {
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

/** Through an HTTP proxy, by CONNECT where the API server speaks TLS. */
function throughHttp(uri: string, tls: Tls): Dispatcher {
  const { ca, rejectUnauthorized } = tls;
  // Go, and so kubectl, trusts an HTTPS proxy by the cluster's authority; a proxy of the whole company has
  // another.
  const trusted = ca === undefined ? {} : { ca: [...[ca].flat(), ...rootCertificates] };
  return new ProxyAgent({
    ...OPTIONS,
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
 * What makes, keeps and closes connections to the API server: direct ones, or through the proxy that is to
 * be used.
 */
export function dispatcherFor(
  origin: string,
  { tls, proxy }: Pick<Credentials, 'tls' | 'proxy'>,
): Dispatcher {
  // Made once: from `ca`, `cert` and `key` each connection would parse them anew, and hold a copy outside
  // the heap.
  const secured = { ...tls, secureContext: createSecureContext(tls), timeout: CONNECT_MS };
  if (proxy === undefined) return new Pool(origin, { ...OPTIONS, connect: secured });
  if (!proxy.startsWith('socks')) return throughHttp(proxy, secured);
  return new Pool(origin, { ...OPTIONS, connect: throughSocks(new URL(proxy), secured) });
}
