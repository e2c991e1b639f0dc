import { isIPv4 } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServeConfig } from '../config/serve.ts';
import { anyAddress } from '../server/any-address.ts';
import { LIMITS } from '../server/bounds.ts';
import { webhookServer } from '../server/webhook-server.ts';
import { openAdmin } from './admin.ts';
import { startAssessing } from './assessing.ts';
import { startBackground } from './background.ts';
import { compose, type Program } from './compose.ts';
import { listenError } from './errors.ts';
import { openIdentity } from './identity.ts';
import { optionError } from './settings.ts';
import { openTracing } from './tracing.ts';

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

async function runUntilEnded(program: Program): Promise<void> {
  const ended = nextEndSignal();
  const { config, reviewing, telemetry, client } = program;
  const { log, metrics } = telemetry;
  const host = config.host ?? (await anyAddress());
  if (isIPv4(host) && config.host === undefined)
    log.info({ host }, 'listening over IPv4 only: the kernel has no IPv6');
  let listening = false;
  const identity = await openIdentity(program);
  const checks = { listening: () => listening, certificate: () => identity.isHealthy() };
  const admin = await openAdmin(program, identity, checks);
  // The admin server listens before there is a certificate,
  // because the kubelet probes the program from the start.
  await listen('--admin-port', admin, host, config.adminPort);
  const leaving = new AbortController();
  let endBackground = async (): Promise<void> => undefined;
  await Promise.race([identity.first, ended]);
  const webhook = identity.serve((now) => webhookServer(reviewing, now, LIMITS, leaving.signal));
  if (webhook) {
    metrics.readGauge('connections', webhook.connections);
    metrics.readGauge('bodies', webhook.bodyMemory);
    await listen('--port', webhook.app, host, config.port);
    listening = true;
    log.info({ port: portOf(webhook.app.server), adminPort: portOf(admin.server) }, 'ready');
    endBackground = startBackground(program);
  }
  const assessing = identity.assess((pair) =>
    startAssessing(program, {
      pair,
      leaving: leaving.signal,
      listen: (app) => listen('--assess-port', app, host, config.assess.port),
    }),
  );

  const signal = await ended;
  listening = false;
  leaving.abort();
  log.info({ signal }, 'draining');
  // Endpoints and the rules of kube-proxy follow in their own time. Until then, new connections arrive.
  await Promise.all([endBackground(), webhook && pause(config.drainDelayMs)]);
  identity.close();
  await Promise.all([webhook?.app.close(), assessing?.close()]);
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

export async function serve(config: ServeConfig): Promise<void> {
  const tracing = await openTracing(config);
  try {
    await run(compose(config, tracing));
  } finally {
    await tracing.close();
  }
}
