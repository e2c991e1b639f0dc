import { ownPatches } from '../admission/own-patches.ts';
import type { ApiClient } from '../api/client.ts';
import { sharedReads } from '../api/shared-reads.ts';
import { copyPorts } from '../cluster/copy-ports.ts';
import { eventRecorder } from '../cluster/events.ts';
import { foresight } from '../cluster/foresight.ts';
import { namespaces } from '../cluster/namespaces.ts';
import { podRevisions } from '../cluster/pod-revisions.ts';
import { replicaSets } from '../cluster/replica-sets.ts';
import { sources } from '../cluster/sources.ts';
import { workloads } from '../cluster/workloads.ts';
import type { ServeConfig } from '../config/serve.ts';
import type { Formats } from '../digest/format.ts';
import type { WebhookDeps } from '../server/webhook-server.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';

/** What reviews need. */
export function webhookDeps(
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
  const live = sources(client, reads, telemetry.metrics, config.compat);
  return {
    sources: live,
    foresight: foresight(live),
    workloads: workloads(client, reads, kinds),
    namespaces: namespaces(client),
    replicaSets: replicaSets(client),
    revisions: podRevisions(client),
    kinds,
    scope: config.scope,
    copies: ports?.copies,
    jobs: config.workloads.includes('jobs') ? ports?.jobs : undefined,
    events: eventRecorder(client, telemetry.metrics),
    untilConfigured: config.holdUntilConfigured ? { jobs: config.workloads.includes('jobs') } : undefined,
    ownPatches: ownPatches(),
    mode: config.mode,
    injectDefault: config.injectDefault,
    defaults: {
      secrets: config.secrets,
      include: config.include,
      ignore: config.ignore,
      rollOn: config.rollOn,
      edit: config.edit.enabled,
      holdUntilConfigured: config.holdUntilConfigured,
      compat: config.compat,
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
