import { openClientCa } from '../certificates/client-ca.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { openCertificates } from '../certificates/open.ts';
import type { Identity, webhookServer } from '../server/webhook-server.ts';
import type { Assessing } from './assessing.ts';
import type { Program } from './compose.ts';

type Webhook = ReturnType<typeof webhookServer>;

/** The certificate that the webhook serves, and the authorities of its clients, from their sources. */
export async function openIdentity({ config, certificates, telemetry }: Program) {
  let webhook: Webhook | undefined;
  let assessing: Assessing | undefined;
  let follower: ((pair: KeyPair) => void) | undefined;
  let pair: KeyPair | undefined;
  let ca: string | undefined;
  const first = Promise.withResolvers<void>();
  // A new secure context inherits nothing, so a change of one always takes the other along.
  const renew = () => {
    if (!pair) return;
    webhook?.renew(pair, ca);
    assessing?.renew(pair);
    follower?.(pair);
  };
  const { clients } = config;
  const clientCa =
    clients &&
    (await openClientCa(clients.caFile, telemetry, (next) => {
      ca = next;
      renew();
    }));
  const source = await openCertificates(config.certificates, certificates, (next) => {
    pair = next;
    renew();
    first.resolve();
  });
  return {
    /** Resolves when there is a certificate. */
    first: first.promise,
    isHealthy: () => source.isHealthy(),
    /** Makes the webhook of what there is now. From then on, it follows the changes. */
    serve(make: (identity: Identity) => Webhook): Webhook | undefined {
      if (!pair) return undefined;
      const now = () => certificates.clock.now();
      const rules = clients && ca !== undefined ? { ca, names: clients.names, now } : undefined;
      webhook = make({ pair, clients: rules });
      return webhook;
    },
    /** The same for the answers to people who ask. */
    assess(make: (pair: KeyPair) => Assessing | undefined): Assessing | undefined {
      assessing = pair && make(pair);
      return assessing;
    },
    /** Calls the function with the certificate now, if there is one, and after each change. */
    follow(renewed: (pair: KeyPair) => void): void {
      follower = renewed;
      if (pair) renewed(pair);
    },
    close() {
      source.close();
      clientCa?.close();
    },
  };
}
