import type { Decision } from './decision.ts';
import { IGNORE } from './marks.ts';
import type { Problem } from './scope.ts';

/** kubectl prints a warning on one line; the API server may cut those over 256 characters. Names are what grows. */
const NAME_LENGTH = 40;

function short(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}…`;
}

function list(ids: readonly string[]): string {
  const [first, second, ...rest] = ids;
  if (first === undefined) return 'its configuration';
  if (second === undefined) return short(first);
  if (rest.length === 0) return `${short(first)} and ${short(second)}`;
  return `${short(first)} and ${rest.length + 1} more`;
}

type Written = Extract<Decision, { action: 'write' }>;

function ofWrite(decision: Written, name: string, paused: boolean): string[] {
  const moved = list(decision.moved);
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
    case 'created':
    case 'template-changed':
    case 'annotations-restored':
    case 'references-gone':
      return [];
    default:
      return decision.reason satisfies never;
  }
}

/** What the user is told of a decision: each a sentence without the `lockstep:` in front. */
export function warningsOf(decision: Decision, workload: { name: string; paused: boolean }): string[] {
  const name = short(workload.name);
  switch (decision.action) {
    case 'write':
      return [...ofWrite(decision, name, workload.paused), ...ofWaiting(decision, name)];
    case 'record':
      return [];
    case 'leave':
      if (decision.reason !== 'unknown-format') return ofWaiting(decision, name);
      return [`config-hash of ${name} is of a format that this version does not know: left as it is`];
    default:
      return decision satisfies never;
  }
}

function ofWaiting({ waiting }: { waiting?: readonly string[] }, name: string): string[] {
  if (!waiting) return [];
  return [
    `${list(waiting)} changed; ${name} does not roll on this (lockstep.dev/roll-on): its pods may differ`,
  ];
}

export function malformedAnnotation({ annotation, part, why }: Problem, name: string): string {
  return `annotation ${annotation} on ${short(name)}: "${short(part)}" ${why}: ignored`;
}

/** Of a source's own `lockstep.dev/ignore`. */
export function malformedIgnore(id: string, value: string): string {
  return `annotation ${IGNORE}="${short(value)}" on ${short(id)} is neither true nor false: ignored`;
}

export function malformedInject(value: string, name: string): string {
  return `label lockstep.dev/inject="${short(value)}" on ${short(name)} is neither enabled nor disabled: ignored`;
}

/** Said where the answer had to be given without the check. */
export function notChecked(name: string, reason: string): string {
  return `${short(name)} was not checked: ${reason}`;
}

/** Said where the call was refused because it could not be checked. */
export function refusedUnchecked(notCheckedWarning: string): string {
  return `${notCheckedWarning}; refused, because its namespace or this cluster asks for that (on-error: deny). Try again`;
}

export function staleGrowth(replicaSet: string, why: string): string {
  return `stale ${short(replicaSet)} may grow: ${why}`;
}
