import type { PinConfig } from '../sweep/config.ts';
import { duration } from './duration.ts';
import { namespacedName } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF } from './value-types.ts';

/** An object's times have steps of a second. */
const GRACE = duration({ least: 1_000, says: 'A grace is a duration of at least 1s, for example 10m.' });

export const PIN_OPTIONS = {
  '--pin': {
    value: ON_OFF,
    default: 'off',
    says: 'let pods read immutable copies of their configuration if their namespace or workload asks for it',
  },
  '--pin-grace': {
    value: GRACE,
    default: '10m',
    says: 'how long a copy is kept that no ReplicaSet owns',
  },
  '--pin-lease': {
    value: namespacedName('A Lease'),
    otherwise: 'this replica does it alone',
    says: 'Lease by which replicas elect the one that deletes copies that nobody owns',
  },
} as const satisfies OptionTable;

export function pinConfig({ pin, pinGrace, pinLease }: Values<typeof PIN_OPTIONS>): PinConfig {
  return { enabled: pin, graceMs: pinGrace, lease: pinLease };
}
