import { Command, InvalidArgumentError, type Option } from 'commander';
import { goDuration } from '../admission/deadline.ts';
import type { CertificateConfig } from '../certificates/config.ts';
import type { InjectDefault } from '../policy/managed.ts';
import type { OnError } from '../policy/on-error.ts';
import { OPERATIONS, parseRollOn, type RollOn } from '../policy/roll-on.ts';
import type { PinConfig } from '../sweep/config.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/log.ts';
import { type CertificateFlags, certificateConfig, certificateOptions } from './certificates.ts';
import { option } from './option.ts';
import { type PinFlags, pinConfig, pinOptions } from './pin.ts';
import { type ScopeFlags, scopeOptions } from './scope.ts';

/** The options of `lockstep serve`, validated and frozen. */
export interface ServeConfig extends ScopeFlags {
  readonly kubeconfig: string | undefined;
  /** Address to listen on. */
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  readonly certificates: CertificateConfig;
  /** How long calls are still taken after SIGTERM, in milliseconds. */
  readonly drainDelayMs: number;
  readonly logLevel: LogLevel;
  /** The longest a review may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly ceiling: boolean;
  readonly injectDefault: InjectDefault;
  /** What becomes of calls that could not be decided. */
  readonly onError: OnError;
  readonly rollOn: RollOn;
  readonly pin: PinConfig;
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
}

/** The longest timeoutSeconds that a webhook can have. */
const LONGEST_MS = 30_000;

function deadline(text: string): number {
  const value = goDuration(text);
  if (value !== undefined && value >= 1 && value <= LONGEST_MS) return value;
  throw new InvalidArgumentError('A deadline is a duration from 1ms to 30s, for example 2500ms or 4s.');
}

/** Longer than any load balancer takes to notice; a mistaken unit is found at once. */
const LONGEST_DRAIN_MS = 600_000;

function drainDelay(text: string): number {
  const value = goDuration(text);
  if (value !== undefined && value <= LONGEST_DRAIN_MS) return value;
  throw new InvalidArgumentError('A delay is a duration from 0s to 10m, for example 5s.');
}

function rollOn(text: string): RollOn {
  const parsed = parseRollOn(text);
  if (parsed.kind === 'roll-on') return parsed.rollOn;
  throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
}

/** The `serve` command's options; each is also an environment variable, the flag wins. */
export function serveOptions(): Option[] {
  return [
    option(
      '--kubeconfig <file>',
      'kubeconfig file (default: the Pod’s ServiceAccount, else as kubectl)',
      'KUBECONFIG',
    ),
    option('--host <address>', 'address to listen on', 'HOST').default('::'),
    option('--port <number>', 'port of the webhook (HTTPS)', 'PORT').argParser(port).default(9443),
    option('--admin-port <number>', 'port of /healthz, /readyz and /metrics (HTTP)', 'ADMIN_PORT')
      .argParser(port)
      .default(8080),
    ...certificateOptions(),
    option('--log-level <level>', 'how much to log', 'LOG_LEVEL').choices(LOG_LEVELS).default('info'),
    option(
      '--deadline <duration>',
      'the longest a review may take; shorter than the webhook’s timeoutSeconds',
      'DEADLINE',
    )
      .argParser(deadline)
      .default(4000, '4s'),
    option(
      '--drain-delay <duration>',
      'after SIGTERM, not ready any more, how long calls are still taken: until they go elsewhere',
      'DRAIN_DELAY',
    )
      .argParser(drainDelay)
      .default(0, '0s'),
    option('--ceiling <on|off>', 'keep stale ReplicaSets from growing', 'CEILING')
      .choices(['on', 'off'])
      .default('on'),
    option(
      '--inject-default <enabled|disabled>',
      'for workloads that neither they nor their namespace label lockstep.dev/inject',
      'INJECT_DEFAULT',
    )
      .choices(['enabled', 'disabled'])
      .default('enabled'),
    option(
      '--on-error <allow|deny>',
      'what becomes of a create, update or scale-up that could not be checked',
      'ON_ERROR',
    )
      .choices(['allow', 'deny'])
      .default('allow'),
    ...scopeOptions(),
    option(
      '--roll-on <list>',
      'calls on which lockstep may start a rollout: create, update, scale (default: all)',
      'ROLL_ON',
    )
      .argParser(rollOn)
      .default(OPERATIONS, 'create,update,scale'),
    ...pinOptions(),
  ];
}

interface RawOptions
  extends Omit<
      ServeConfig,
      'deadlineMs' | 'drainDelayMs' | 'ceiling' | 'kubeconfig' | 'certificates' | 'pin'
    >,
    CertificateFlags,
    PinFlags {
  readonly kubeconfig?: string;
  readonly deadline: number;
  readonly drainDelay: number;
  readonly ceiling: 'on' | 'off';
}

function configOf(options: RawOptions): ServeConfig {
  const { deadline: deadlineMs, drainDelay: drainDelayMs, ceiling, kubeconfig, ...rest } = options;
  const certificates = certificateConfig(options);
  const pin = pinConfig(options);
  return { ...rest, kubeconfig, deadlineMs, drainDelayMs, certificates, ceiling: ceiling === 'on', pin };
}

/** `lockstep serve` as a command; `run` gets the configuration. Commander names flag and value of what is wrong. */
export function serveCommand(run: (config: ServeConfig) => Promise<void>): Command {
  const command = new Command('serve').description('Answer admission reviews of the API server.');
  for (const each of serveOptions()) command.addOption(each);
  return command.action(async (options: RawOptions) => run(Object.freeze(configOf(options))));
}
