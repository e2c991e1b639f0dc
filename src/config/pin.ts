import { duration } from './duration.ts';
import type { OptionTable, Values } from './option.ts';
import { WHOLE_SOURCES } from './sources.ts';
import { ON_OFF } from './value-types.ts';

/** The times of an object have steps of a second. */
const GRACE = duration({ least: 1_000, accepts: 'A grace is a duration of at least 1s, for example 10m.' });

export const PIN_OPTIONS = {
  '--pin': {
    value: ON_OFF,
    default: 'off',
    description:
      'let pods read immutable copies of their configuration if their namespace or workload asks for it',
  },
  '--pin-grace': {
    value: GRACE,
    default: '10m',
    description: 'how long a copy that no revision owns is kept',
  },
  '--pin-exclude': {
    value: WHOLE_SOURCES,
    // Kubernetes, OpenShift and Istio put these into every namespace, and keep them current.
    default: 'configmap/kube-root-ca.crt,configmap/openshift-service-ca.crt,configmap/istio-ca-root-cert',
    description: 'sources that pods never read copies of, because they must follow: trusted CAs, for example',
  },
} as const satisfies OptionTable;

export const pinConfig = ({ pin, pinGrace, pinExclude }: Values<typeof PIN_OPTIONS>) => ({
  /** Whether pods may read copies of their sources. */
  enabled: pin,
  /** How long a copy without an owning ReplicaSet stays, in milliseconds. */
  graceMs: pinGrace,
  /** Sources that pods never read copies of. */
  exclude: pinExclude,
});
