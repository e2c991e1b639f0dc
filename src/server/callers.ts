import type { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { trustsAllOf } from '../certificates/client-ca.ts';
import { describeNames, hasNameOf } from '../certificates/client-names.ts';
import { type Connection, type Connections, isAnswering } from './connections.ts';
import { Refusal } from './refusals.ts';

/** Which clients may call, if not everybody may. */
export interface ClientRules {
  /** The authorities of their certificates, PEM. */
  readonly ca: string;
  /** Common names, and DNS names for certificates without a common name. A certificate must have one of them. */
  readonly names: readonly string[] | 'any';
  /** The refusal of everybody else. Default: that of the webhook. */
  readonly refusal?: 'CLIENT_UNTRUSTED' | 'PROXY_UNTRUSTED';
  /** The time by which certificates end, in milliseconds since the epoch. */
  now(): number;
}

/** A certificate's names are chosen by others, and they go into a message. */
const NAMES_LENGTH = 200;

type Verdict =
  /** `until`: when the certificate ends, in milliseconds since the epoch. */
  { readonly kind: 'trusted'; readonly until: number } | { readonly kind: 'untrusted'; readonly why: string };

const untrusted = (why: string): Verdict => ({ kind: 'untrusted', why });

/** The verdict on a client whose handshake is over. */
function verdictOn(socket: TLSSocket, names: ClientRules['names']): Verdict {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return untrusted('the client has shown no certificate of the authorities asked for');
  // Sessions are not resumed (see tlsOptions). If one were, OpenSSL would not have checked the certificate now.
  if (socket.isSessionReused()) return untrusted('the client has resumed a session');
  // Node's types say that this is an Error. It is the code of OpenSSL's verdict, such as CERT_HAS_EXPIRED.
  if (!socket.authorized)
    return untrusted(`the client’s certificate is not valid: ${socket.authorizationError}`);
  if (names === 'any' || hasNameOf(certificate, names))
    return { kind: 'trusted', until: certificate.validToDate.getTime() };
  return untrusted(
    `the client’s certificate is for ${describeNames(certificate).slice(0, NAMES_LENGTH)}, which may not call`,
  );
}

export interface Callers {
  /** Checks clients against other authorities and names from now on. The secure context must already have them. */
  changeCa(ca: string, names?: ClientRules['names']): void;
}

/**
 * Refuses the requests of clients that are not trusted, before their bodies
 * are read. A connection is judged once, when its handshake is over.
 */
export function checkCallers(app: FastifyInstance, connections: Connections, rules: ClientRules): Callers {
  const verdicts = new WeakMap<Connection, Verdict>();
  let { ca, names } = rules;
  const { refusal = 'CLIENT_UNTRUSTED' } = rules;

  app.server.on('secureConnection', (socket: TLSSocket) => {
    const connection = connections.of(socket);
    if (!connection) return;
    const verdict = verdictOn(socket, names);
    verdicts.set(connection, verdict);
    connections.trust(connection, verdict.kind === 'trusted');
  });

  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const connection = connections.of(raw.socket);
    const verdict = connection && verdicts.get(connection);
    if (verdict?.kind === 'untrusted') throw new Refusal(refusal, verdict.why);
    if (verdict && verdict.until > rules.now()) {
      done();
      return;
    }
    if (connection) connections.trust(connection, false);
    throw new Refusal(refusal, 'the client’s certificate has expired');
  });

  return {
    changeCa(next, nextNames = names) {
      const keepsAll = trustsAllOf(next, ca) && String(nextNames) === String(names);
      ca = next;
      names = nextNames;
      if (keepsAll) return;
      for (const connection of connections.all()) {
        verdicts.set(connection, untrusted('the authorities have changed since the client’s handshake'));
        connections.trust(connection, false);
        // A review in progress is answered. Any other client makes a new handshake, also one whose first is under way.
        if (!isAnswering(connection)) connection.socket.destroy();
      }
    },
  };
}
