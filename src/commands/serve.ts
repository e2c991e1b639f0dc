import { setTimeout as pause } from 'node:timers/promises';
import { apiClient } from '../api/client.ts';
import { credentialSource, loadKubeConfig } from '../api/credentials.ts';
import { sharedReads } from '../api/shared-reads.ts';
import { tlsOptions } from '../certificates/files.ts';
import { endOf } from '../certificates/key-pair.ts';
import { openCertificates } from '../certificates/open.ts';
import { copies } from '../cluster/copies.ts';
import { events } from '../cluster/events.ts';
import { namespaces } from '../cluster/namespaces.ts';
import { replicaSets } from '../cluster/replica-sets.ts';
import { sources } from '../cluster/sources.ts';
import { workloads } from '../cluster/workloads.ts';
import { readKeys } from '../config/scope.ts';
import type { ServeConfig } from '../config/serve.ts';
import { formatsWith } from '../digest/format.ts';
import { LockstepError, messageOf } from '../errors.ts';
import { adminServer } from '../server/admin-server.ts';
import { LIMITS } from '../server/bounds.ts';
import { type WebhookDeps, webhookServer } from '../server/webhook-server.ts';
import { openSweeper, type Sweeper } from '../sweep/sweeper.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { WORKLOAD_KINDS } from '../workloads/kinds.ts';

/** The port that a server got. */
function portOf(server: { address(): { port: number } | string | null }): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

interface Listener {
  listen(options: { host: string; port: number }): PromiseLike<unknown>;
}

/** @throws LockstepError CONFIG_INVALID naming the flag: the port is taken, or not ours to take */
async function listen(flag: string, server: Listener, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new LockstepError('CONFIG_INVALID', `${flag}: cannot listen: ${messageOf(cause)}`, { cause });
  }
}

/** Resolves with the name of the first signal that asks the program to end. */
function endAsked(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
  return promise;
}

/**
 * Runs the webhook until SIGTERM or SIGINT. Then it is not ready, but takes calls until they go elsewhere; running reviews
 * finish, connections close.
 * @param alter what reviewing rests on, changed: the tests run lockstep with another hash format, or with a planted bug
 */
export async function serve(
  config: ServeConfig,
  alter: (deps: WebhookDeps) => WebhookDeps = (deps) => deps,
): Promise<void> {
  const ended = endAsked();
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const formats = formatsWith(readKeys(config));
  const client = apiClient(credentialSource(loadKubeConfig(config.kubeconfig, process.env)), metrics.apiCall);
  let webhook: ReturnType<typeof webhookServer> | undefined;
  const certificates = await openCertificates(config.certificates, client, { log, metrics }, (pair) =>
    webhook?.server.setSecureContext(tlsOptions(pair)),
  );
  const reads = sharedReads(config.deadlineMs);
  const deps: WebhookDeps = {
    sources: sources(client, reads, metrics.digestCache),
    workloads: workloads(client),
    namespaces: namespaces(client),
    replicaSets: replicaSets(client),
    kinds: WORKLOAD_KINDS,
    copies: config.pin.enabled ? copies(client, reads, formats, config.pin.graceMs) : undefined,
    events: events(client),
    injectDefault: config.injectDefault,
    defaults: { secrets: config.secrets === 'on', ignore: config.ignore, rollOn: config.rollOn },
    formats,
    onError: config.onError,
    deadlineMs: config.deadlineMs,
    ceiling: config.ceiling,
    metrics,
    log,
  };
  let listening = false;
  const admin = adminServer(() => ({ ready: listening && certificates.healthy() }), metrics.registry);
  // Before there is a certificate: the kubelet asks from the start whether the program lives.
  await listen('--admin-port', admin, config.host, config.adminPort);
  const leaving = new AbortController();
  let sweeper: Sweeper | undefined;
  const first = await Promise.race([certificates.first(), ended]);
  if (typeof first !== 'string') {
    metrics.certificateEnds(endOf(first.cert));
    webhook = webhookServer(alter(deps), first, LIMITS, leaving.signal);
    await listen('--port', webhook, config.host, config.port);
    listening = true;
    log.info({ port: portOf(webhook.server), adminPort: portOf(admin.server) }, 'ready');
    const kinds = config.secrets === 'on' ? (['configmap', 'secret'] as const) : (['configmap'] as const);
    if (config.pin.enabled) sweeper = openSweeper(client, config.pin, kinds, { log, metrics });
  }

  const signal = await ended;
  listening = false;
  leaving.abort();
  log.info({ signal }, 'draining');
  // Endpoints and the rules of kube-proxy follow in their own time: until then, new connections still arrive.
  await Promise.all([sweeper?.close(), webhook && pause(config.drainDelayMs)]);
  certificates.close();
  await webhook?.close();
  await client.close();
  await admin.close();
  log.info('stopped');
}
