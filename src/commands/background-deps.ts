import { withCallDeadline } from '../api/bounded.ts';
import type { ApiClient } from '../api/client.ts';
import type { CensusDeps } from '../census/census.ts';
import type { Tally } from '../census/tally.ts';
import { allCopies } from '../cluster/all-copies.ts';
import { censusPorts } from '../cluster/census-ports.ts';
import { controllerPorts } from '../cluster/controller-ports.ts';
import { followers } from '../cluster/followers.ts';
import { namespaces, observesIn } from '../cluster/namespaces.ts';
import { sourceEvents } from '../cluster/source-events.ts';
import { templateAnnotations } from '../cluster/templates.ts';
import { unblockPorts } from '../cluster/unblock.ts';
import type { ServeConfig } from '../config/serve.ts';
import type { ControllerDeps } from '../controller/state.ts';
import { isOfKindOff } from '../policy/kinds-on.ts';
import type { WebhookDeps } from '../server/webhook-server.ts';
import type { SweeperDeps } from '../sweep/sweeper.ts';
import type { EventRecorder } from '../telemetry/event-recorder.ts';
import { NO_TRACING } from '../telemetry/tracing.ts';
import type { UnblockDeps } from '../unblock/round.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';

/** The time for one call of work in the background. No user waits for its answer. */
const BACKGROUND_CALL_MS = 10_000;

/** What the sweep needs. */
export function sweepDeps(
  config: ServeConfig,
  workloadKinds: WorkloadKinds,
  client: ApiClient,
  events: EventRecorder,
): SweeperDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  return {
    copies: allCopies(calls),
    templates: (namespace, signal) => templateAnnotations(calls, workloadKinds, namespace, signal),
    isUnlisted: (owner) => isOfKindOff(workloadKinds, owner),
    kinds: config.secrets ? ['configmap', 'secret'] : ['configmap'],
    scope: config.scope,
    observes: observesIn(namespaces(calls), config.mode),
    graceMs: config.pin.graceMs,
    clock: client.clock,
    record: sourceEvents(calls, events),
  };
}

/** What unblocking StatefulSets needs. */
export function unblockDeps(
  { scope, injectDefault, mode, compat, unblock }: ServeConfig,
  client: ApiClient,
  events: EventRecorder,
): UnblockDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  return {
    ports: unblockPorts(calls, events),
    scope,
    injectDefault,
    compat,
    mode,
    patienceMs: unblock.patienceMs,
    clock: client.clock,
  };
}

/**
 * What the controller of edits needs.
 * @param reviewing reads, and the digests that they leave, are those of reviews
 */
export function controllerDeps(
  { edit, scope, secrets }: ServeConfig,
  client: ApiClient,
  reviewing: WebhookDeps,
  tally: Tally,
): ControllerDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  const { kinds, defaults } = reviewing;
  const { tracing = NO_TRACING } = reviewing.telemetry;
  const ports = controllerPorts(calls, reviewing, reviewing.events);
  return {
    ports: {
      ...followers(client, {
        scope,
        kinds,
        secrets: secrets ? edit.secrets : undefined,
        everyMs: edit.secretsEveryMs,
      }),
      ...ports,
      bring: (target, dryRun) =>
        tracing.begin(dryRun ? 'judge after an edit' : 'bring after an edit', () =>
          ports.bring(target, dryRun),
        ),
    },
    kinds,
    rules: { edit, defaults },
    tally,
    clock: client.clock,
  };
}

/** What the census needs. Its reads, and the digests that they leave, are those of reviews. */
export function censusDeps(
  { scope, edit, workloadMetrics }: ServeConfig,
  client: ApiClient,
  reviewing: WebhookDeps,
  tally: Tally,
): CensusDeps {
  const calls = withCallDeadline(client, BACKGROUND_CALL_MS);
  const { everyMs } = workloadMetrics;
  return {
    ports: censusPorts(calls, scope, reviewing),
    kinds: reviewing.kinds,
    tally,
    followsEdits: edit.enabled,
    everyMs,
  };
}
