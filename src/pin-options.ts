import { InvalidArgumentError, type Option } from 'commander';
import { goDuration } from './admission/deadline.ts';
import { option } from './env-option.ts';

/** An object, by its namespace and its name. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

export interface PinConfig {
  readonly enabled: boolean;
  /** How long a copy that no ReplicaSet owns stays, in milliseconds. */
  readonly graceMs: number;
  /** The Lease by which replicas agree who sweeps; undefined: this one does. */
  readonly lease: ObjectRef | undefined;
}

/** As commander gives them. */
export interface PinFlags {
  readonly pin: 'on' | 'off';
  readonly pinGrace: number;
  readonly pinLease?: ObjectRef;
}

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function leaseRef(text: string): ObjectRef {
  const [namespace = '', name = '', ...more] = text.split('/');
  if (more.length === 0 && NAME.test(namespace) && NAME.test(name)) return { namespace, name };
  throw new InvalidArgumentError('A Lease is NAMESPACE/NAME.');
}

function grace(text: string): number {
  const value = goDuration(text);
  if (value !== undefined && value >= 1_000) return value;
  throw new InvalidArgumentError('A grace is a duration of at least 1s, for example 10m.');
}

export function pinOptions(): Option[] {
  return [
    option(
      '--pin <on|off>',
      'where a namespace or workload asks for it: let pods read immutable copies of their configuration',
      'PIN',
    )
      .choices(['on', 'off'])
      .default('off'),
    option('--pin-grace <duration>', 'how long a copy that no ReplicaSet owns stays', 'PIN_GRACE')
      .argParser(grace)
      .default(600_000, '10m'),
    option(
      '--pin-lease <namespace/name>',
      'the Lease by which replicas agree which of them removes copies that nobody owns (default: this one does)',
      'PIN_LEASE',
    ).argParser(leaseRef),
  ];
}

export function pinConfig({ pin, pinGrace, pinLease }: PinFlags): PinConfig {
  return { enabled: pin === 'on', graceMs: pinGrace, lease: pinLease };
}
