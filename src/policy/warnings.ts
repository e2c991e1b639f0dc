import type { Strategy } from '../workloads/strategy.ts';
import type { TemplateRef } from '../workloads/workload.ts';
import type { Decision } from './decision.ts';
import { lackingWarnings } from './lacking-warning.ts';
import { inMode, type Mode } from './mode.ts';
import type { WorkloadOperation } from './roll-on.ts';
import { rolloutWords, wouldWords } from './rollout-words.ts';
import { waitingWarnings } from './waiting-warning.ts';
import { listOf, truncate } from './wording.ts';

type WriteDecision = Extract<Decision, { action: 'write' }>;

const EDIT_IT = 'Edit the ConfigMap or Secret instead';
const UNTIL_EDITED = 'until its configuration or template is edited';

const heldWarning = (name: string, mode: Mode) =>
  `${name} ${inMode(mode, 'is', 'would be')} held at an earlier configuration (rollout undo) ${UNTIL_EDITED}`;

/** Warns of lockstep's annotations in a manifest. With each edit of the configuration they are out of date. */
function manifestWarnings({ overManifest }: { overManifest?: boolean }, name: string): string[] {
  if (!overManifest) return [];
  return [`the manifest of ${name} has outdated lockstep.dev annotations in its template: remove them`];
}

function writeWarnings(
  decision: WriteDecision,
  name: string,
  { paused, strategy, idle, operation }: Pick<WarningSubject, 'paused' | 'strategy' | 'idle' | 'operation'>,
  mode: Mode,
): string[] {
  // No pod restarts, so there is no rollout to tell of.
  if (idle && (decision.reason === 'drifted' || decision.reason === 'not-recorded')) return [];
  const moved = listOf(decision.moved);
  const words = rolloutWords(strategy, operation);
  const rollout = mode === 'observe' ? wouldWords(words) : words;
  const once = paused ? rollout.resumed : rollout.once;
  switch (decision.reason) {
    case 'drifted':
      return paused
        ? [`${moved} changed: ${name} is paused, so its pods ${rollout.resumed}`]
        : [`${moved} changed: ${rollout.pods(name)} ${rollout.now}`];
    case 'not-recorded':
      return decision.moved.length > 0
        ? [`pods of ${name} may hold different versions of ${moved}: ${rollout.they} ${once}`]
        : [];
    case 'undo':
      return [
        `undo of ${name} brings back the template, not the configuration: today's configuration applies`,
      ];
    case 'undo-no-op':
      return [
        `undo of ${name} ${inMode(mode, 'changes', 'would change')} nothing: only configuration differed. ${EDIT_IT}`,
      ];
    case 'undo-held':
      return [
        `${name} ${inMode(mode, 'is', 'would be')} back at its earlier configuration, and held there ${UNTIL_EDITED}`,
      ];
    case 'created':
    case 'template-changed':
      return decision.endsHold
        ? [`${name} ${inMode(mode, 'is', 'would be')} no longer held: today's configuration applies`]
        : [];
    case 'hold-restored':
      return [heldWarning(name, mode)];
    case 'annotations-restored':
    case 'references-gone':
    case 'no-room':
      return [];
    default:
      return decision.reason satisfies never;
  }
}

/** The workload that a warning is about. */
export interface WarningSubject {
  readonly namespace: string;
  readonly name: string;
  readonly operation: WorkloadOperation;
  readonly paused: boolean;
  readonly strategy: Strategy;
  /** It had no pods before the call, or it asks for none any more. */
  readonly idle: boolean;
  /** Ids of the sources whose copies its pods read. */
  readonly pinnedIds: readonly string[];
  /** Its pods are refused until what they need exists. */
  readonly untilConfigured?: boolean;
}

/**
 * The warnings that tell the user of a decision. They lack the `lockstep: ` in front.
 * @param mode `observe`: the decision is not carried out
 */
export function warningsOf(decision: Decision, workload: WarningSubject, mode: Mode = 'enforce'): string[] {
  const name = truncate(workload.name);
  switch (decision.action) {
    case 'write':
      return [
        ...writeWarnings(decision, name, workload, mode),
        ...lackingWarnings(decision, workload),
        ...waitingWarnings(decision, workload),
        ...manifestWarnings(decision, name),
      ];
    case 'record':
      return [
        ...(decision.doubted === undefined ? [] : [inDoubtWarning(name, decision.doubted, mode)]),
        ...manifestWarnings(decision, name),
      ];
    case 'leave':
      return [
        ...leaveWarnings(decision, name, mode),
        ...lackingWarnings(decision, workload),
        ...waitingWarnings(decision, workload),
      ];
    default:
      return decision satisfies never;
  }
}

const inDoubtWarning = (name: string, source: string, mode: Mode): string =>
  inMode(mode, 'recorded', 'would record') +
  ` ${name} without certainty: pods may hold different versions of ${truncate(source)}`;

function leaveWarnings(
  { reason }: Extract<Decision, { action: 'leave' }>,
  name: string,
  mode: Mode,
): string[] {
  if (reason === 'unknown-format')
    return [`config-hash of ${name} has a format that this version does not know: left unchanged`];
  if (reason === 'held') return [heldWarning(name, mode)];
  return [];
}

/** An immutable source was deleted and made anew, and kubelets may not notice. */
export function remadeWarning(id: string, name: string): string {
  const source = truncate(id);
  const effect = `nodes may give new pods of ${truncate(name)} its old content`;
  return `immutable ${source} was made anew: ${effect}. Use a new name, or pin`;
}

/** The workload takes its template from an object that lockstep does not write. */
export function foreignTemplateWarning(name: string, { kind, name: of }: TemplateRef): string {
  const from = `${truncate(kind.toLowerCase())}/${truncate(of)}`;
  return `${truncate(name)} takes its template from ${from}, so its pods may differ: refer to a Deployment`;
}
