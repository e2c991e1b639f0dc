import { setTimeout as pause } from 'node:timers/promises';
import { openLeadership, SOLE_REPLICA } from '../background/leader.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { openCertificates } from '../certificates/open.ts';
import { tlsOptions } from '../certificates/tls.ts';
import type { ServeConfig } from '../config/serve.ts';
import { adminServer } from '../server/admin-server.ts';
import { LIMITS } from '../server/bounds.ts';
import { webhookServer } from '../server/webhook-server.ts';
import { openSweeper } from '../sweep/sweeper.ts';
import { compose, type Program } from './compose.ts';
import { listenError } from './errors.ts';
import { optionError } from './settings.ts';

type Webhook = ReturnType<typeof webhookServer>;

/** The port that a server listens on. */
function portOf(server: { address(): { port: number } | string | null }): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

interface Listener {
  listen(options: { host: string; port: number }): PromiseLike<unknown>;
}

/** @throws LockstepError CONFIG_INVALID, which names the option: its port is in use, or may not be used */
async function listen(flag: string, server: Listener, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw listenError(flag, cause);
  }
}

/** Resolves with the first signal that asks the program to end. */
function nextEndSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
  return promise;
}

/**
 * Starts the work that no call asks for.
 * @returns a function that ends it
 */
function startBackground({ sweeping, lease, telemetry }: Program): () => Promise<void> {
  // Only the sweep needs a leader.
  if (!sweeping) return async () => undefined;
  const leadership = lease ? openLeadership(lease, telemetry) : SOLE_REPLICA;
  const sweeper = openSweeper(sweeping, leadership, telemetry);
  return async () => {
    await sweeper.close();
    await leadership.close();
  };
}

async function runUntilEnded(program: Program): Promise<void> {
  const ended = nextEndSignal();
  const { config, reviewing, telemetry, client } = program;
  const { log, metrics } = telemetry;
  const { host } = config;
  let webhook: Webhook | undefined;
  let listening = false;
  const first = Promise.withResolvers<KeyPair>();
  const certificates = await openCertificates(config.certificates, program.certificates, (pair) => {
    first.resolve(pair);
    webhook?.server.setSecureContext(tlsOptions(pair));
  });
  const isReady = () => listening && certificates.isHealthy();
  const admin = adminServer(() => ({ ready: isReady() }), metrics.registry);
  // The admin server listens before there is a certificate,
  // because the kubelet probes the program from the start.
  await listen('--admin-port', admin, host, config.adminPort);
  const leaving = new AbortController();
  let endBackground = async (): Promise<void> => undefined;
  const pair = await Promise.race([first.promise, ended.then(() => undefined)]);
  if (pair) {
    webhook = webhookServer(reviewing, certificates.current() ?? pair, LIMITS, leaving.signal);
    await listen('--port', webhook, host, config.port);
    listening = true;
    log.info({ port: portOf(webhook.server), adminPort: portOf(admin.server) }, 'ready');
    endBackground = startBackground(program);
  }

  const signal = await ended;
  listening = false;
  leaving.abort();
  log.info({ signal }, 'draining');
  // Endpoints and the rules of kube-proxy follow in their own time. Until then, new connections arrive.
  await Promise.all([endBackground(), webhook && pause(config.drainDelayMs)]);
  certificates.close();
  await webhook?.close();
  await client.close();
  await admin.close();
  log.info('stopped');
}

/**
 * Runs the webhook until SIGTERM or SIGINT. Then it reports that it is not ready, but
 * takes calls until they go elsewhere. Running reviews finish, and connections close.
 * @throws LockstepError that names the unusable option
 */
export async function run(program: Program): Promise<void> {
  try {
    await runUntilEnded(program);
  } catch (error) {
    throw optionError(error);
  }
}

export const serve = (config: ServeConfig): Promise<void> => run(compose(config));
