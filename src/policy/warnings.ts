import type { Unpinned } from '../copies/pins.ts';
import { IGNORE } from '../marks/names.ts';
import type { Decision } from './decision.ts';
import type { Problem } from './settings.ts';

/** kubectl prints a warning on one line; the API server may cut those over 256 characters. Names are what grows. */
const NAME_LENGTH = 40;

function short(name: string, length = NAME_LENGTH): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}

/** 256 characters, less the prefix. */
const LONGEST = 246;
const TIGHT = 35;

/** A sentence that quotes another: the names in that are whole, for users to copy, unless it gets too long with them. */
function quoting(text: string): string {
  return text.length <= LONGEST ? text : text.replaceAll(/\S+/g, (word) => short(word, TIGHT));
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

export interface WarnedOf {
  readonly name: string;
  readonly paused: boolean;
  /** Ids of the sources that its pods read copies of. */
  readonly pinned: readonly string[];
}

/** What the user is told of a decision: each a sentence without the `lockstep:` in front. */
export function warningsOf(decision: Decision, workload: WarnedOf): string[] {
  const name = short(workload.name);
  switch (decision.action) {
    case 'write':
      return [...ofWrite(decision, name, workload.paused), ...ofWaiting(decision, name, workload.pinned)];
    case 'record':
      return [];
    case 'leave':
      return [...ofLeave(decision, name), ...ofWaiting(decision, name, workload.pinned)];
    default:
      return decision satisfies never;
  }
}

function ofLeave({ reason }: Extract<Decision, { action: 'leave' }>, name: string): string[] {
  if (reason === 'unknown-format')
    return [`config-hash of ${name} is of a format that this version does not know: left as it is`];
  if (reason === 'held')
    return [
      `${name} is held at an earlier configuration (rollout undo) until its configuration or template is edited`,
    ];
  return [];
}

function ofWaiting(
  { waiting }: { waiting?: readonly string[] },
  name: string,
  pinned: readonly string[],
): string[] {
  if (!waiting) return [];
  const alike = waiting.length > 0 && waiting.every((id) => pinned.includes(id));
  const then = alike ? 'new pods join at its earlier configuration' : 'its pods may differ';
  return [`${list(waiting)} changed; ${name} does not roll on this (lockstep.dev/roll-on): ${then}`];
}

export function malformedAnnotation({ annotation, part, why }: Problem, name: string): string {
  return `annotation ${annotation} on ${short(name)}: "${short(part)}" ${why}: ignored`;
}

/** Of a source's own `lockstep.dev/ignore`. */
export function malformedIgnore(id: string, value: string): string {
  return `annotation ${IGNORE}="${short(value)}" on ${short(id)} is neither true nor false: ignored`;
}

export function malformedLabel(label: string, value: string, name: string): string {
  return `label ${label}="${short(value)}" on ${short(name)} is neither enabled nor disabled: ignored`;
}

const UNPINNED = {
  'keys-ignored': 'some of its keys are ignored',
  absent: 'it does not exist yet',
} as const satisfies Record<Unpinned['why'], string>;

/** Said where pods are to read copies, but not of this source. */
export function staysLive({ id, why }: Unpinned, name: string): string {
  return `${short(id)} stays live in pods of ${short(name)}: ${UNPINNED[why]}`;
}

/** Said where marks were written although a copy that they name could not be made. */
export function noCopy(name: string, why: string): string {
  return quoting(`pods of ${short(name)} may start on live configuration: ${why}`);
}

/** Said of a pod that does not read the copies that it should. */
export function startsLive(name: string, why: string): string {
  return quoting(`${short(name)} starts on live configuration: ${why}`);
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
