import { rareReviews } from '../admission/rare-reviews.ts';
import { type ApiClient, apiClient } from '../api/client.ts';
import { clusterClock } from '../api/clock.ts';
import { clockReport } from '../api/clock-report.ts';
import { credentialSource, loadKubeConfig } from '../api/credentials.ts';
import type { Lease } from '../background/lease.ts';
import type { CensusDeps } from '../census/census.ts';
import { createTally, type Tally } from '../census/tally.ts';
import type { CertificateDeps } from '../certificates/open.ts';
import { access } from '../cluster/access.ts';
import { apiService } from '../cluster/api-service.ts';
import { certificateSecret } from '../cluster/certificate-secret.ts';
import { leaseOf } from '../cluster/lease.ts';
import { registration } from '../cluster/registration.ts';
import { scrapers } from '../cluster/scrapers.ts';
import { readFormats } from '../config/scope.ts';
import type { ServeConfig } from '../config/serve.ts';
import type { ControllerDeps } from '../controller/state.ts';
import { kindsOn } from '../policy/kinds-on.ts';
import type { AssessServerDeps } from '../server/assess-server.ts';
import { REFUSALS } from '../server/refusals.ts';
import type { Scrapers } from '../server/scraper-gate.ts';
import type { WebhookDeps } from '../server/webhook-server.ts';
import type { SweeperDeps } from '../sweep/sweeper.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { textDestination } from '../telemetry/text-log.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import type { UnblockDeps } from '../unblock/round.ts';
import { censusDeps, controllerDeps, sweepDeps, unblockDeps } from './background-deps.ts';
import { reasonOf } from './settings.ts';
import { webhookDeps } from './webhook-deps.ts';

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
  readonly sweeping: SweeperDeps | undefined;
  /** What unblocking StatefulSets needs; undefined if it is switched off. */
  readonly unblocking: UnblockDeps | undefined;
  /** What the controller of edits needs; undefined if it is switched off. */
  readonly controlling: ControllerDeps | undefined;
  /** What the census of workloads needs; undefined if it is switched off. */
  readonly counting: CensusDeps | undefined;
  /** How workloads stand, as the controller of edits and the census have seen it. */
  readonly tally: Tally;
  /** What answers to people who ask need; undefined if they are switched off. */
  readonly assessing: AssessServerDeps | undefined;
  /** Who may read the metrics; undefined: everybody. */
  readonly scrapers: Scrapers | undefined;
  /** The Lease by which replicas agree on their leader; undefined if this replica leads. */
  readonly lease: Lease | undefined;
}

/**
 * @throws LockstepError CONFIG_INVALID, KUBECONFIG_INVALID if a file that the configuration names is unusable
 */
export function compose(config: ServeConfig, tracing: Tracing = NO_TRACING): Program {
  const formats = readFormats(config);
  const kinds = kindsOn(config.workloads);
  const log = createLog(config.logLevel, config.logFormat === 'text' ? textDestination() : undefined);
  const telemetry = { log, metrics: createMetrics(), tracing, reasonOf };
  telemetry.metrics.expectReviews(rareReviews(config.mode, config.onError));
  telemetry.metrics.expectRefusals(Object.keys(REFUSALS));
  const kubeConfig = loadKubeConfig(config.kubeconfig, process.env);
  const clock = clusterClock(clockReport(telemetry));
  const client = apiClient(credentialSource(kubeConfig, clock), telemetry.metrics, clock, tracing);
  const reviewing = webhookDeps(config, kinds, formats, client, telemetry);
  const tally = createTally(() => performance.now());
  return {
    config,
    telemetry,
    client,
    certificates: {
      objectsOf: ({ secret, webhookConfiguration }) => ({
        secret: certificateSecret(client, secret),
        registration: registration(client, webhookConfiguration),
        ...(config.assess.enabled && { further: apiService(client) }),
      }),
      clock,
      telemetry,
    },
    reviewing,
    sweeping: config.pin.enabled ? sweepDeps(config, kinds, client, reviewing.events) : undefined,
    unblocking:
      config.unblock.enabled && config.workloads.includes('statefulsets')
        ? unblockDeps(config, client, reviewing.events)
        : undefined,
    controlling: config.edit.enabled ? controllerDeps(config, client, reviewing, tally) : undefined,
    counting: config.workloadMetrics.enabled ? censusDeps(config, client, reviewing, tally) : undefined,
    tally,
    assessing: config.assess.enabled ? { ...reviewing, access: access(client) } : undefined,
    scrapers: config.admin.authentication ? scrapers(client) : undefined,
    lease: config.lease && leaseOf(client, config.lease),
  };
}
