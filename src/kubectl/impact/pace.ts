import { valueAt } from '../../workloads/fields.ts';
import type { Workload } from '../../workloads/workload.ts';

/** How many pods a rollout concerns, and how fast it goes. */
export interface Pace {
  /** Undefined: nothing tells. */
  readonly pods: number | undefined;
  /** The most pods that it replaces at the same time. Undefined: its steps decide. */
  readonly atOnce: number | undefined;
}

/** The API's defaults: a quarter for a Deployment, and one for the other kinds. */
const DEFAULTS: Readonly<Record<string, { readonly surge: string; readonly unavailable: string }>> = {
  Deployment: { surge: '25%', unavailable: '25%' },
};
const ONE_BY_ONE = { surge: '0', unavailable: '1' };

const numberAt = (workload: Workload, path: readonly string[]): number | undefined => {
  const found = valueAt(workload.object, path);
  return typeof found === 'number' ? found : undefined;
};

/** A number of pods, or a percentage of them: `1`, `25%`. */
function podsOf(given: unknown, fallback: string, pods: number, round: (share: number) => number): number {
  const text = typeof given === 'number' || typeof given === 'string' ? String(given) : fallback;
  return text.endsWith('%') ? round((Number.parseInt(text, 10) * pods) / 100) : Number(text);
}

/**
 * A Deployment rounds what may be more up, and what may be missing down. If both come to none, one may be missing
 * (`ResolveFenceposts` in the deployment controller). A DaemonSet rounds both up.
 */
function rollingAtOnce(workload: Workload, pods: number): number {
  const { kind } = workload;
  const field = kind.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  const limit = (name: string) => valueAt(workload.object, ['spec', field, 'rollingUpdate', name]);
  const { surge, unavailable } = DEFAULTS[kind.kind] ?? ONE_BY_ONE;
  const down = kind.kind === 'Deployment' ? Math.floor : Math.ceil;
  const more = podsOf(limit('maxSurge'), surge, pods, Math.ceil);
  const missing = podsOf(limit('maxUnavailable'), unavailable, pods, down);
  return Math.min(Math.max(more + missing, 1), pods);
}

/** Pods below the partition stay. A partition counts from the first ordinal. */
function partitioned(workload: Workload, pods: number): number {
  const partition = numberAt(workload, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']) ?? 0;
  return Math.max(pods - partition, 0);
}

/** How a rollout of a workload would go: of the one that makes the pods. */
export function paceOf(workload: Workload): Pace {
  const all = workload.replicas ?? numberAt(workload, ['status', 'desiredNumberScheduled']);
  if (all === undefined) return { pods: undefined, atOnce: undefined };
  const { strategy } = workload;
  switch (strategy.type) {
    case 'recreate':
      return { pods: all, atOnce: all };
    case 'on-delete':
      return { pods: 0, atOnce: 0 };
    case 'rolling': {
      const pods = partitioned(workload, all);
      return { pods, atOnce: rollingAtOnce(workload, pods) };
    }
    case 'canary':
    case 'blue-green':
      return { pods: all, atOnce: undefined };
    default:
      return strategy satisfies never;
  }
}
