import { IGNORE } from '../marks/names.ts';
import type { Decision } from './decision.ts';
import type { Problem } from './settings.ts';
import { listOf, truncate } from './wording.ts';

type Written = Extract<Decision, { action: 'write' }>;

function writeWarnings(decision: Written, name: string, paused: boolean): string[] {
  const moved = listOf(decision.moved);
  switch (decision.reason) {
    case 'drifted':
      return paused
        ? [`${moved} changed: ${name} is paused, its pods roll when it is resumed`]
        : [`${moved} changed: all pods of ${name} roll`];
    case 'not-recorded':
      return decision.moved.length > 0
        ? [`pods of ${name} may hold different versions of ${moved}: all roll once`]
        : [];
    case 'undo':
      return [`undo of ${name} brings back the template, not the configuration: today's applies`];
    case 'undo-no-op':
      return [`undo of ${name} changes nothing: only configuration differed; edit that instead`];
    case 'undo-held':
      return [
        `${name} is back at its earlier configuration, and held there until its configuration or template is edited`,
      ];
    case 'created':
    case 'template-changed':
      return decision.endsHold ? [`${name} is no longer held: today's configuration applies`] : [];
    case 'annotations-restored':
    case 'references-gone':
      return [];
    default:
      return decision.reason satisfies never;
  }
}

export interface WarningSubject {
  readonly name: string;
  readonly paused: boolean;
  /** Ids of the sources that its pods read copies of. */
  readonly pinnedIds: readonly string[];
}

/** What the user is told of a decision: each a sentence without the `lockstep:` in front. */
export function warningsOf(decision: Decision, workload: WarningSubject): string[] {
  const name = truncate(workload.name);
  switch (decision.action) {
    case 'write':
      return [
        ...writeWarnings(decision, name, workload.paused),
        ...waitingWarnings(decision, name, workload.pinnedIds),
      ];
    case 'record':
      return [];
    case 'leave':
      return [...leaveWarnings(decision, name), ...waitingWarnings(decision, name, workload.pinnedIds)];
    default:
      return decision satisfies never;
  }
}

function leaveWarnings({ reason }: Extract<Decision, { action: 'leave' }>, name: string): string[] {
  if (reason === 'unknown-format')
    return [`config-hash of ${name} is of a format that this version does not know: left as it is`];
  if (reason === 'held')
    return [
      `${name} is held at an earlier configuration (rollout undo) until its configuration or template is edited`,
    ];
  return [];
}

function waitingWarnings(
  { waiting }: { waiting?: readonly string[] },
  name: string,
  pinned: readonly string[],
): string[] {
  if (!waiting) return [];
  const alike = waiting.length > 0 && waiting.every((id) => pinned.includes(id));
  const then = alike ? 'new pods join at its earlier configuration' : 'its pods may differ';
  return [`${listOf(waiting)} changed; ${name} does not roll on this (lockstep.dev/roll-on): ${then}`];
}

export function malformedAnnotationWarning({ annotation, part, why }: Problem, name: string): string {
  return `annotation ${annotation} on ${truncate(name)}: "${truncate(part)}" ${why}: ignored`;
}

/** Of a source's own `lockstep.dev/ignore`. */
export function malformedIgnoreWarning(id: string, value: string): string {
  return `annotation ${IGNORE}="${truncate(value)}" on ${truncate(id)} is neither true nor false: ignored`;
}

export function malformedLabelWarning(label: string, value: string, name: string): string {
  return `label ${label}="${truncate(value)}" on ${truncate(name)} is neither enabled nor disabled: ignored`;
}

/** Said where the answer had to be given without the check. */
export function notCheckedWarning(name: string, reason: string): string {
  return `${truncate(name)} was not checked: ${reason}`;
}

/** Said where the call was refused because it could not be checked. */
export function deniedWarning(notCheckedWarning: string): string {
  const why = 'refused, because its namespace or this cluster asks for that (on-error: deny). Try again';
  return `${notCheckedWarning}; ${why}`;
}

export function staleGrowthWarning(replicaSet: string, why: string): string {
  return `stale ${truncate(replicaSet)} may grow: ${why}`;
}
