import type { PublishedPolicy } from '../../config/published.ts';
import { marksOf } from '../../marks/marks.ts';
import { workloadSettings } from '../../policy/compat.ts';
import { isOpen, nextOpeningMs } from '../../policy/windows.ts';
import type { Reference } from '../../references/references.ts';
import { type Keys, sourceId } from '../../references/sources.ts';
import { apiVersionOf, type Workload } from '../../workloads/workload.ts';
import { defaultsOf } from '../judge.ts';
import type { Supposed } from '../supposed.ts';
import { keysOf, usedSources } from '../users.ts';
import type { Foretold, Occasion } from './foretell.ts';
import { type ImpactOutcome, outcomeOf } from './outcome.ts';
import { paceOf } from './pace.ts';
import { touchOf } from './touch.ts';

/** What an edit would do to one workload. Plain data, and no value of any source. */
export interface WorkloadImpact {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadImpact';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly workload: { readonly apiVersion: string; readonly kind: string };
  readonly outcome: ImpactOutcome;
  /** Why, as one word: `changed`, `key-not-used`, `paused`. */
  readonly reason: string;
  /** Why, as a sentence. */
  readonly message: string;
  /** On which occasions lockstep writes the new template. The first one to come decides. */
  readonly occasions: readonly Occasion[];
  /** When, as a text for people. */
  readonly when: string;
  /** The number of its pods that would be replaced. Absent: nothing tells. */
  readonly pods?: number;
  /** The most pods at the same time. Absent: the steps of its rollout decide. */
  readonly atOnce?: number;
  /** Its pods read copies, so they do not see an edit before they roll. */
  readonly pinned: boolean;
  /** What it uses of the edited sources. */
  readonly uses: readonly {
    readonly kind: 'ConfigMap' | 'Secret';
    readonly name: string;
    readonly keys: Keys;
  }[];
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10}s`;

const NAMES: Readonly<Record<Exclude<Occasion, 'edit'>, string>> = {
  update: 'update',
  scale: 'scale-up',
  node: 'new pod',
};

function whenEdited(policy: PublishedPolicy, workload: Workload, nowMs: number): string {
  const { settleMs, windows } = workloadSettings(workload, defaultsOf(policy));
  const open = windows ?? policy.pace.windows;
  const settle = `${seconds(settleMs ?? policy.pace.settleMs)} after the edit`;
  if (isOpen(open, nowMs)) return settle;
  return `in its window, from ${new Date(nextOpeningMs(open, nowMs)).toISOString()}`;
}

function whenOf(
  policy: PublishedPolicy,
  { workload }: Foretold,
  { outcome, reason, occasions }: Pick<WorkloadImpact, 'outcome' | 'reason' | 'occasions'>,
  nowMs: number,
): string {
  if (reason === 'paused') return 'when resumed';
  if (outcome === 'NewPodsOnly') return 'as pods are made';
  if (outcome !== 'Rolls') return 'never';
  if (occasions.includes('edit')) return whenEdited(policy, workload, nowMs);
  return `next ${occasions.flatMap((each) => (each === 'edit' ? [] : [NAMES[each]])).join(' or ')}`;
}

/** What these edits would do to a workload. */
export function impactOf(
  policy: PublishedPolicy,
  foretold: Foretold,
  references: readonly Reference[],
  edits: readonly Supposed[],
  nowMs: number,
): WorkloadImpact {
  const { workload, runner } = foretold;
  const { outcome, reason, message, occasions } = outcomeOf(
    foretold,
    touchOf(policy, workload, references, edits),
  );
  const { pods, atOnce } = paceOf(runner);
  const replaced = outcome === 'Rolls' || reason === 'paused';
  const used = usedSources(references);
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadImpact',
    metadata: { namespace: workload.namespace, name: workload.metadata.name ?? '' },
    workload: { apiVersion: apiVersionOf(workload.kind), kind: workload.kind.kind },
    outcome,
    reason,
    message,
    occasions,
    when: whenOf(policy, foretold, { outcome, reason, occasions }, nowMs),
    ...(pods !== undefined && { pods: replaced ? pods : 0 }),
    ...(atOnce !== undefined && { atOnce: replaced ? atOnce : 0 }),
    pinned: marksOf(workload).pinned !== undefined,
    uses: edits.flatMap((edit) => {
      const usage = used.get(sourceId(edit));
      if (!usage) return [];
      return [
        { kind: edit.kind === 'secret' ? 'Secret' : 'ConfigMap', name: edit.name, keys: keysOf(usage) },
      ];
    }),
  };
}
