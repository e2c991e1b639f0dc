import { LOG_FORMATS, LOG_LEVELS } from '../telemetry/log-levels.ts';
import { ADMIN_OPTIONS, adminConfig } from './admin.ts';
import { ASSESS_OPTIONS, assessConfig } from './assess.ts';
import { CEILING_OPTIONS, ceilingConfig } from './ceiling.ts';
import { CERTIFICATE_OPTIONS, certificateConfig } from './certificates.ts';
import { CLIENT_OPTIONS, clientConfig } from './clients.ts';
import { deepFreeze } from './deep-freeze.ts';
import { duration } from './duration.ts';
import { EDIT_OPTIONS, editConfig } from './edit.ts';
import { KUBECONFIG_OPTIONS } from './kubeconfig.ts';
import { LEADER_OPTIONS, leaderConfig } from './leader.ts';
import type { CommandRecord, OptionTable, Values } from './option.ts';
import { POLICY_OPTIONS, policyConfig } from './policy.ts';
import { TRACE_OPTIONS, tracesConfig } from './traces.ts';
import { oneOf, PORT, text } from './value-types.ts';
import { WORKLOAD_METRICS_OPTIONS, workloadMetricsConfig } from './workload-metrics.ts';

/** 30 s is the longest timeoutSeconds that a webhook can have. */
const DEADLINE = duration({
  least: 1,
  most: 30_000,
  accepts: 'A deadline is a duration from 1ms to 30s, for example 2500ms or 4s.',
});

/** The limit is longer than any load balancer takes to notice, and still rejects a mistaken unit. */
const DRAIN_DELAY = duration({
  least: 0,
  most: 600_000,
  accepts: 'A delay is a duration from 0s to 10m, for example 5s.',
});

const OPTIONS = {
  ...KUBECONFIG_OPTIONS,
  '--host': {
    value: text('address'),
    defaultMeaning: '::, or 0.0.0.0 if the kernel has no IPv6',
    description: 'address to listen on',
  },
  '--port': { value: PORT, default: '9443', description: 'port of the webhook (HTTPS)' },
  '--admin-port': {
    value: PORT,
    default: '8080',
    description: 'port of /healthz, /readyz and /metrics (HTTP, or HTTPS with --admin-tls on)',
  },
  ...ADMIN_OPTIONS,
  ...CERTIFICATE_OPTIONS,
  ...CLIENT_OPTIONS,
  '--log-level': {
    value: oneOf(LOG_LEVELS, 'level'),
    default: 'info',
    description: `how much to log: ${LOG_LEVELS.join(', ')}`,
  },
  '--log-format': {
    value: oneOf(LOG_FORMATS, 'format'),
    default: 'json',
    description: 'how a line of the log looks: json for programs, text for people',
  },
  '--deadline': {
    value: DEADLINE,
    default: '4s',
    description: 'the longest a review may take; shorter than the webhook’s timeoutSeconds',
  },
  '--drain-delay': {
    value: DRAIN_DELAY,
    default: '0s',
    description:
      'how long the webhook still takes calls after SIGTERM, while it reports that it is not ready',
  },
  ...CEILING_OPTIONS,
  ...POLICY_OPTIONS,
  ...LEADER_OPTIONS,
  ...EDIT_OPTIONS,
  ...WORKLOAD_METRICS_OPTIONS,
  ...TRACE_OPTIONS,
  ...ASSESS_OPTIONS,
} as const satisfies OptionTable;

export const SERVE = {
  name: 'serve',
  description: 'Answer admission reviews of the API server.',
  options: OPTIONS,
} as const satisfies CommandRecord;

/** The options of `lockstep serve`, validated and frozen. */
export type ServeConfig = ReturnType<typeof serveConfig>;

/**
 * @throws LockstepError CONFIG_INVALID, which names the missing option, or the one that does not fit another
 */
export const serveConfig = (values: Values<typeof OPTIONS>) =>
  deepFreeze({
    kubeconfig: values.kubeconfig,
    /** Address to listen on. Undefined: all addresses. */
    host: values.host,
    port: values.port,
    adminPort: values.adminPort,
    admin: adminConfig(values),
    certificates: certificateConfig(values),
    clients: clientConfig(values),
    /** How long lockstep still takes calls after SIGTERM, in milliseconds. */
    drainDelayMs: values.drainDelay,
    logLevel: values.logLevel,
    logFormat: values.logFormat,
    /** The longest a review may take, in milliseconds. */
    deadlineMs: values.deadline,
    ceiling: ceilingConfig(values),
    ...policyConfig(values),
    ...leaderConfig(values),
    edit: editConfig(values),
    /** The count of workloads by state. */
    workloadMetrics: workloadMetricsConfig(values),
    /** Where traces are sent. Undefined: nowhere. */
    traces: tracesConfig(values),
    /** Answers to people who ask. */
    assess: assessConfig(values, [values.port, values.adminPort]),
  });
