import { isDnsSubdomain } from '../dns-names.ts';
import { RELOADER } from '../marks/peers.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { SOURCE_KINDS, type SourceKind } from '../references/sources.ts';
import type { Problem } from './settings.ts';
import { NO_WISH, partsOf, SECRETS_OFF, type Wish, type WishScope, wholeSource } from './wish.ts';

type Annotations = Readonly<Record<string, string>>;

/** As Go's strconv.ParseBool reads it. Undefined: Reloader takes any other text as false. */
function boolOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/**
 * A part of a `reload` list. Reloader takes it as a regular expression for the whole name. A dot is almost always
 * meant as one, and `.*` is a `*` of lockstep's. Undefined: it is another expression.
 */
function nameOf(part: string): string | undefined {
  if (isDnsSubdomain(part)) return part;
  const isPlain = part.split('.*').every((piece) => /^[-a-z0-9.]*$/.test(piece));
  return isPlain ? part.replaceAll('.*', '*') : undefined;
}

/** What the annotations say about sources of one kind. */
interface OfKind {
  readonly kind: SourceKind;
  readonly says: 'all' | 'some' | 'none' | 'nothing';
  readonly names: readonly string[];
  readonly ifMarked: boolean;
  readonly problems: readonly Problem[];
}

/**
 * The annotations that count for one kind. Reloader looks at those of the pod template if the workload itself has none
 * of these (`ShouldReload` in `pkg/common/common.go`).
 */
function annotationsFor(kind: SourceKind, own: Annotations, ofTemplate: Annotations): Annotations {
  const { auto, reload } = RELOADER.kinds[kind];
  return [RELOADER.auto, RELOADER.search, auto, reload].some((name) => own[name] !== undefined)
    ? own
    : ofTemplate;
}

function ofKind(kind: SourceKind, annotations: Annotations, { secrets }: WishScope): OfKind {
  const { auto, reload } = RELOADER.kinds[kind];
  const autos = [RELOADER.auto, auto].map((name) => boolOf(annotations[name]));
  const parts = partsOf(annotations[reload] ?? '');
  const wrong = parts.find((part) => nameOf(part) === undefined);
  const names = parts.flatMap((part) => nameOf(part) ?? []);
  const ifMarked = annotations[RELOADER.search] === 'true';
  const isOff = kind === 'secret' && !secrets;
  const why = 'is a regular expression that cannot be followed: list names in lockstep.dev/only';
  const problems = [
    ...(wrong === undefined ? [] : [{ annotation: reload, part: wrong, why }]),
    ...[auto, reload].flatMap((annotation) => {
      const part = annotations[annotation];
      return isOff && part && boolOf(part) !== false ? [{ annotation, part, why: SECRETS_OFF }] : [];
    }),
  ];
  const rest = { kind, names, ifMarked, problems };
  // A list that cannot be followed to the letter does not count: rather one rollout too many than pods that differ.
  if (autos.includes(true) || wrong !== undefined) return { ...rest, says: 'all' };
  if (names.length > 0 || ifMarked) return { ...rest, says: 'some' };
  return { ...rest, says: autos.includes(false) ? 'none' : 'nothing' };
}

function excluded(kind: SourceKind, own: Annotations): SourcePattern[] {
  const names = partsOf(own[RELOADER.kinds[kind].exclude] ?? '');
  // Other texts name no object.
  return names.filter(isDnsSubdomain).map((name) => wholeSource(kind, name));
}

/** What lockstep does not do at all. */
function unfollowed(own: Annotations): Problem[] {
  const problem = (annotation: string, why: string): Problem[] => {
    const part = own[annotation];
    return part === undefined ? [] : [{ annotation, part, why }];
  };
  const isDefault = own[RELOADER.rolloutStrategy] === 'rollout';
  const noClass = 'is about a SecretProviderClass, and lockstep reads ConfigMaps and Secrets';
  return [
    ...(isDefault
      ? []
      : problem(RELOADER.rolloutStrategy, 'cannot be followed: lockstep rolls by the template')),
    ...problem(
      RELOADER.pausePeriod,
      'cannot be followed: lockstep pauses nothing, and makes one rollout of several edits',
    ),
    ...problem(RELOADER.classAuto, noClass),
    ...problem(RELOADER.classReload, noClass),
    ...(own[RELOADER.auto] !== undefined && boolOf(own[RELOADER.auto]) === undefined
      ? problem(RELOADER.auto, 'is neither true nor false')
      : []),
  ];
}

function injectOf(kinds: readonly OfKind[]): Wish['inject'] {
  if (kinds.some(({ says }) => says === 'all' || says === 'some')) return 'enabled';
  return kinds.every(({ says }) => says === 'none') ? 'disabled' : 'nothing';
}

function onlyOf(kinds: readonly OfKind[]): Wish['only'] {
  const inject = injectOf(kinds);
  const countsAll = ({ says }: OfKind) => says === 'all' || (inject === 'nothing' && says === 'nothing');
  if (inject === 'disabled' || kinds.every(countsAll)) return undefined;
  return kinds.flatMap((each) =>
    countsAll(each) ? [wholeSource(each.kind, '*')] : each.names.map((name) => wholeSource(each.kind, name)),
  );
}

/**
 * What Reloader's annotations on a workload, and on its pod template, ask for. A workload that asks for something is
 * rolled for that alone, so what it does not ask for does not count.
 */
export function reloaderWish(own: Annotations, ofTemplate: Annotations, scope: WishScope): Wish {
  const kinds = SOURCE_KINDS.map((kind) => ofKind(kind, annotationsFor(kind, own, ofTemplate), scope));
  const ignore = SOURCE_KINDS.flatMap((kind) => excluded(kind, own));
  const problems = [...kinds.flatMap((each) => each.problems), ...unfollowed(own)];
  const extra = kinds.flatMap(({ kind, names }) =>
    names.filter(isDnsSubdomain).map((name) => wholeSource(kind, name)),
  );
  return {
    ...NO_WISH,
    inject: injectOf(kinds),
    only: onlyOf(kinds),
    ifMarked: kinds.filter(({ says, ifMarked }) => says === 'some' && ifMarked).map(({ kind }) => kind),
    extra: scope.include ? extra : [],
    ignore,
    problems,
  };
}
