import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { KeyPair } from '../certificates/key-pair.ts';
import { tlsOptions } from '../certificates/tls.ts';
import { ADMIN_LIMITS } from './bounds.ts';

/** HTTPS for the port of health and metrics. */
export function adminTls(first: KeyPair) {
  let pair = first;
  let server: Server | undefined;
  return {
    serverFactory(handler: RequestListener): Server {
      const { idleMs, checkMs, requestMs } = ADMIN_LIMITS;
      server = createServer(
        {
          ...tlsOptions(pair, undefined),
          handshakeTimeout: idleMs,
          headersTimeout: idleMs,
          requestTimeout: idleMs,
          keepAliveTimeout: idleMs,
          connectionsCheckingInterval: checkMs,
        },
        handler,
      );
      return server.setTimeout(requestMs);
    },
    /** Serves another certificate from now on. */
    renew(next: KeyPair): void {
      pair = next;
      server?.setSecureContext(tlsOptions(next, undefined));
    },
  };
}
