import { InvalidArgumentError, type Option } from 'commander';
import { goDuration } from '../admission/deadline.ts';
import type { ObjectRef } from '../api/path.ts';
import type { PinConfig } from '../sweep/config.ts';
import { namespacedName, option } from './option.ts';

/** As commander gives them. */
export interface PinFlags {
  readonly pin: 'on' | 'off';
  readonly pinGrace: number;
  readonly pinLease?: ObjectRef;
}

/** An object's times have steps of a second. */
const SHORTEST_MS = 1_000;

function grace(text: string): number {
  const value = goDuration(text);
  if (value !== undefined && value >= SHORTEST_MS) return value;
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
    option('--pin-grace <duration>', 'how long a copy stays that no ReplicaSet has come to own', 'PIN_GRACE')
      .argParser(grace)
      .default(600_000, '10m'),
    option(
      '--pin-lease <namespace/name>',
      'the Lease by which replicas agree which of them removes copies that nobody owns (default: this one does)',
      'PIN_LEASE',
    ).argParser(namespacedName('A Lease')),
  ];
}

export function pinConfig({ pin, pinGrace, pinLease }: PinFlags): PinConfig {
  return { enabled: pin === 'on', graceMs: pinGrace, lease: pinLease };
}
