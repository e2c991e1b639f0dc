import { sourceId } from '../../../references/sources.ts';
import { type Finding, info, listed, ok, problem, unknown, warning } from '../finding.ts';
import type { Held, Observation } from './ask-containers.ts';
import type { Given } from './given.ts';
import { unknownFindings } from './unknown-held.ts';

/** What a source holds now of a key, sealed as what the containers hold. */
export type Live = Exclude<Held, { kind: 'unknown' }> | { readonly kind: 'not-read' };

/** What the judgement goes by. */
export interface HeldEvidence {
  readonly liveOf: (given: Given) => Live;
  /** When a source was last written (RFC 3339). */
  readonly changedAt: (given: Given) => string | undefined;
  /** Whether lockstep goes by this key. */
  readonly counts: (given: Given) => boolean;
  readonly nowMs: number;
  /** The command that brings the pods into step. */
  readonly roll: string;
}

/**
 * The kubelet's sync period, and the age that its cache may have: kubernetes.io, "Mounted ConfigMaps are updated
 * automatically".
 */
const KUBELET_MS = 120_000;

const placeText = ({ container, given: { place } }: Observation): string =>
  place.kind === 'env'
    ? `container ${container}, env ${place.name}`
    : `container ${container}, file ${place.path}`;

const keyText = ({ source, key }: Given): string => `${sourceId(source)}#${key}`;

const classOf = (held: Held): string => (held.kind === 'sealed' ? held.seal : held.kind);

/** The pods that hold the same, the most common first. */
const classesOf = (all: readonly Observation[]): (readonly Observation[])[] =>
  [...Map.groupBy(all, ({ held }) => classOf(held)).values()].toSorted((a, b) => b.length - a.length);

const namesOf = (all: readonly Observation[]): string => listed(all.map(({ pod }) => pod).toSorted());

/** `web-abc holds another value`, `web-abc and web-def lack it`. */
function otherText(all: readonly Observation[], i: number): string {
  const one = all.length === 1;
  const lacks = all[0]?.held.kind === 'absent';
  if (lacks) return `${namesOf(all)} ${one ? 'lacks' : 'lack'} it`;
  return `${namesOf(all)} ${one ? 'holds' : 'hold'} ${i === 0 ? 'another value' : 'yet another one'}`;
}

/** A judgement of one key in one place. Undefined: all is well. */
function keyFinding(all: readonly Observation[], evidence: HeldEvidence): Finding | undefined {
  const [first] = all;
  if (!first) return undefined;
  const { given } = first;
  const check = `${keyText(given)} (${placeText(first)})`;
  const live = evidence.liveOf(given);
  const classes = classesOf(all);
  if (live.kind === 'not-read') {
    if (classes.length < 2) return undefined;
    const groups = classes.map(namesOf).join(' | ');
    return problem(check, `the pods hold ${classes.length} values: ${groups}`, evidence.roll);
  }
  const others = classes.filter(([one]) => one && classOf(one.held) !== classOf(live));
  if (others.length === 0) return undefined;
  return differentFinding(check, all, others, live, evidence);
}

function differentFinding(
  check: string,
  all: readonly Observation[],
  others: readonly (readonly Observation[])[],
  live: Live,
  { changedAt, counts, nowMs, roll }: HeldEvidence,
): Finding {
  const different = others.flat();
  const current = all.length - different.length;
  const pods = `${current} of ${all.length} ${all.length === 1 ? 'pod holds' : 'pods hold'} what is there now`;
  const isGone = live.kind === 'absent';
  const text = [isGone ? 'the key is gone' : pods, ...others.map(otherText)].join('; ');
  const given = different[0]?.given;
  const changed = given && changedAt(given);
  if (!given) return unknown(check, text);
  if (!counts(given)) return info(check, `${text}. lockstep ignores this key`);
  if (given.perhapsHiddenBy && others.length === 1 && current === 0)
    return unknown(check, `${text}. ${sourceId(given.perhapsHiddenBy)} may have a key that goes before it`);
  if (given.place.kind === 'file') {
    if (given.place.fixed)
      return problem(check, `${text}. A mount with a subPath is never written again`, roll);
    const isRecent = changed !== undefined && nowMs - Date.parse(changed) < KUBELET_MS;
    return isRecent
      ? warning(check, `${text}. The kubelet writes the file anew within two minutes`)
      : problem(check, text, roll);
  }
  // One value in all pods that is not the source's: a roll would not change that.
  const isOlder = different.some(({ startedAt }) => !startedAt || !changed || startedAt <= changed);
  if (!isOlder && current === 0 && others.length === 1)
    return unknown(
      check,
      [
        `${text}, although ${different.length === 1 ? 'it' : 'they'} started after the last edit:`,
        'does the program, or its start script, set the variable?',
      ].join(' '),
    );
  return problem(check, text, roll);
}

/** The findings about one source. */
function sourceFinding(all: readonly Observation[], evidence: HeldEvidence): Finding[] {
  const byPlace = [...Map.groupBy(all, (each) => `${keyText(each.given)} ${placeText(each)}`).values()];
  const found = byPlace.flatMap((each) => keyFinding(each, evidence) ?? []);
  if (found.length > 0) return found;
  const [first] = all;
  if (!first) return [];
  const pods = new Set(all.map(({ pod }) => pod)).size;
  const values = `${byPlace.length} ${byPlace.length === 1 ? 'value' : 'values'}`;
  const howMany = `one answer in ${pods} ${pods === 1 ? 'pod' : 'pods'} (${values})`;
  const id = sourceId(first.given.source);
  return evidence.liveOf(first.given).kind === 'not-read'
    ? [ok(`the running containers hold the same of ${id}`, `${howMany}, compared with each other only`)]
    : [ok(`the running containers hold ${id} as it is now`, howMany)];
}

/** What the running containers hold, against what their sources hold now, and against each other. */
export function heldJudgement(
  namespace: string,
  all: readonly Observation[],
  evidence: HeldEvidence,
): readonly Finding[] {
  const known = all.filter(({ held }) => held.kind !== 'unknown');
  const bySource = Map.groupBy(known, ({ given }) => sourceId(given.source));
  return [
    ...[...bySource.values()].flatMap((each) => sourceFinding(each, evidence)),
    ...unknownFindings(namespace, all),
  ];
}
