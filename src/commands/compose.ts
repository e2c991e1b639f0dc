import { ownPatches } from '../admission/own-patches.ts';
import { withCallDeadline } from '../api/bounded.ts';
import { type ApiClient, apiClient } from '../api/client.ts';
import { clusterClock } from '../api/clock.ts';
import { clockReport } from '../api/clock-report.ts';
import { credentialSource, loadKubeConfig } from '../api/credentials.ts';
import { sharedReads } from '../api/shared-reads.ts';
import type { Lease } from '../background/lease.ts';
import type { CertificateDeps } from '../certificates/open.ts';
import { allCopies } from '../cluster/all-copies.ts';
import { certificateSecret } from '../cluster/certificate-secret.ts';
import { copyPorts } from '../cluster/copy-ports.ts';
import { eventRecorder } from '../cluster/events.ts';
import { leaseOf } from '../cluster/lease.ts';
import { namespaces } from '../cluster/namespaces.ts';
import { podRevisions } from '../cluster/pod-revisions.ts';
import { registration } from '../cluster/registration.ts';
import { replicaSets } from '../cluster/replica-sets.ts';
import { sources } from '../cluster/sources.ts';
import { templateAnnotations } from '../cluster/templates.ts';
import { unblockPorts } from '../cluster/unblock.ts';
import { workloads } from '../cluster/workloads.ts';
import { readFormats } from '../config/scope.ts';
import type { ServeConfig } from '../config/serve.ts';
import type { Formats } from '../digest/format.ts';
import { isOfKindOff, kindsOn } from '../policy/kinds-on.ts';
import type { WebhookDeps } from '../server/webhook-server.ts';
import type { SweepDeps } from '../sweep/round.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { UnblockDeps } from '../unblock/round.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { reasonOf } from './settings.ts';

/**
 * All parts of `lockstep serve`, before anything runs. Tests replace
 * parts: by another hash format, or by a part with a planted bug.
 */
export interface Program {
  readonly config: ServeConfig;
  readonly telemetry: Telemetry;
  readonly client: ApiClient;
  readonly certificates: CertificateDeps;
  /** What reviews need. */
  readonly reviewing: WebhookDeps;
  /** What the sweep needs; undefined if there are no copies. */
  readonly sweeping: SweepDeps | undefined;
  /** What unblocking StatefulSets needs; undefined if it is switched off. */
  readonly unblocking: UnblockDeps | undefined;
  /** The Lease by which replicas agree on their leader; undefined if this replica leads. */
  readonly lease: Lease | undefined;
}

/** The time for one call of work in the background. No user waits for its answer. */
const BACKGROUND_CALL_MS = 10_000;

function sweepDeps(config: ServeConfig, workloadKinds: WorkloadKinds, client: ApiClient): SweepDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  return {
    copies: allCopies(calls),
    templates: (namespace, signal) => templateAnnotations(calls, workloadKinds, namespace, signal),
    isUnlisted: (owner) => isOfKindOff(workloadKinds, owner),
    kinds: config.secrets ? ['configmap', 'secret'] : ['configmap'],
    scope: config.scope,
    graceMs: config.pin.graceMs,
    clock: client.clock,
  };
}

function unblockDeps({ scope, injectDefault, unblock }: ServeConfig, client: ApiClient): UnblockDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  return {
    ports: unblockPorts(calls, eventRecorder(calls)),
    scope,
    injectDefault,
    patienceMs: unblock.patienceMs,
    clock: client.clock,
  };
}

function webhookDeps(
  config: ServeConfig,
  kinds: WorkloadKinds,
  formats: Formats,
  client: ApiClient,
  telemetry: Telemetry,
): WebhookDeps {
  const hasCeiling = config.ceiling.enabled && kinds.some(({ ceiling }) => ceiling);
  const reads = sharedReads(config.deadlineMs);
  const { enabled: pins, graceMs } = config.pin;
  const ports = pins ? copyPorts(client, reads, formats, graceMs) : undefined;
  return {
    sources: sources(client, reads, telemetry.metrics),
    workloads: workloads(client, reads, kinds),
    namespaces: namespaces(client),
    replicaSets: replicaSets(client),
    revisions: podRevisions(client),
    kinds,
    scope: config.scope,
    copies: ports?.copies,
    jobs: config.workloads.includes('jobs') ? ports?.jobs : undefined,
    events: eventRecorder(client),
    ownPatches: ownPatches(),
    injectDefault: config.injectDefault,
    defaults: {
      secrets: config.secrets,
      include: config.include,
      ignore: config.ignore,
      rollOn: config.rollOn,
      edit: config.edit.enabled,
    },
    inDoubt: config.inDoubt,
    pinExclude: config.pin.exclude,
    formats,
    onError: config.onError,
    deadlineMs: config.deadlineMs,
    ceiling: hasCeiling ? { patience: config.ceiling.patience, clock: client.clock } : undefined,
    telemetry,
  };
}

/**
 * @throws LockstepError CONFIG_INVALID, KUBECONFIG_INVALID if a file that the configuration names is unusable
 */
export function compose(config: ServeConfig): Program {
  const formats = readFormats(config);
  const kinds = kindsOn(config.workloads);
  const telemetry = { log: createLog(config.logLevel), metrics: createMetrics(), reasonOf };
  const kubeConfig = loadKubeConfig(config.kubeconfig, process.env);
  const clock = clusterClock(clockReport(telemetry));
  const client = apiClient(credentialSource(kubeConfig, clock), telemetry.metrics, clock);
  return {
    config,
    telemetry,
    client,
    certificates: {
      objectsOf: ({ secret, webhookConfiguration }) => ({
        secret: certificateSecret(client, secret),
        registration: registration(client, webhookConfiguration),
      }),
      clock,
      telemetry,
    },
    reviewing: webhookDeps(config, kinds, formats, client, telemetry),
    sweeping: config.pin.enabled ? sweepDeps(config, kinds, client) : undefined,
    unblocking:
      config.unblock.enabled && config.workloads.includes('statefulsets')
        ? unblockDeps(config, client)
        : undefined,
    lease: config.lease && leaseOf(client, config.lease),
  };
}
