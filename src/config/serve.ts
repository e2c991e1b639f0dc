import { IN_DOUBT } from '../policy/adoption.ts';
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
import { MODE_OPTIONS } from './mode.ts';
import { NAMESPACE_OPTIONS, namespaceConfig } from './namespaces.ts';
import { ON_ERROR_OPTIONS } from './on-error.ts';
import type { CommandRecord, OptionTable, Values } from './option.ts';
import { PIN_OPTIONS, pinConfig } from './pin.ts';
import { ROLL_ON_OPTIONS, rollOnConfig } from './roll-on.ts';
import { SCOPE_OPTIONS, scopeConfig } from './scope.ts';
import { TRACE_OPTIONS, tracesConfig } from './traces.ts';
import { UNTIL_CONFIGURED_OPTIONS } from './until-configured.ts';
import { oneOf, PORT, text } from './value-types.ts';
import { WORKLOAD_OPTIONS } from './workloads.ts';

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

/** The option for workloads that ran before lockstep. */
export const ADOPTION_OPTIONS = {
  '--adoption-in-doubt': {
    value: oneOf(IN_DOUBT),
    default: 'roll',
    description:
      'what happens to a running workload if lockstep cannot tell whether all its pods read the same configuration',
  },
} as const satisfies OptionTable;

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
  ...ON_ERROR_OPTIONS,
  ...MODE_OPTIONS,
  ...NAMESPACE_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...SCOPE_OPTIONS,
  ...ROLL_ON_OPTIONS,
  ...ADOPTION_OPTIONS,
  ...PIN_OPTIONS,
  ...UNTIL_CONFIGURED_OPTIONS,
  ...LEADER_OPTIONS,
  ...EDIT_OPTIONS,
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
    /** The namespaces that lockstep acts in. */
    scope: namespaceConfig(values),
    /** The kinds of workload that lockstep acts on. */
    workloads: values.workloads,
    ...scopeConfig(values),
    /** Whether lockstep writes, or only tells what it would do. A namespace may say otherwise. */
    mode: values.mode,
    /** What happens to calls that could not be checked. */
    onError: values.onError,
    rollOn: rollOnConfig(values.rollOn, values.edit),
    /** What happens if it cannot be told whether all pods of a workload read the same configuration. */
    inDoubt: values.adoptionInDoubt,
    pin: pinConfig(values),
    /** Whether pods are refused while something that they need is missing, if their template asks for it. */
    holdUntilConfigured: values.holdUntilConfigured,
    ...leaderConfig(values),
    edit: editConfig(values),
    /** Where traces are sent. Undefined: nowhere. */
    traces: tracesConfig(values),
    /** Answers to people who ask. */
    assess: assessConfig(values, [values.port, values.adminPort]),
  });
