import { IGNORE, INCLUDE, ONLY } from '../marks/names.ts';
import type { Compat } from '../marks/peers.ts';
import { tooManyPatternsError } from '../references/errors.ts';
import { LIMITS } from '../references/limits.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { parseSourceList, printSourceList } from '../references/source-list.ts';
import { OPERATIONS, type RollOn } from './roll-on.ts';
import { type RollSettings, rollSettingsOf } from './roll-settings.ts';
import { NO_WISH, type Wish } from './wish.ts';

/** The cluster's settings for all workloads. */
export interface Defaults {
  /** Secrets count as sources. */
  readonly secrets: boolean;
  /** `lockstep.dev/include` counts. */
  readonly include: boolean;
  /** Sources and keys that count for no workload. */
  readonly ignore: readonly SourcePattern[];
  readonly rollOn: RollOn;
  /** Whether edits are followed. Undefined if that is not known, as without a cluster. */
  readonly edit?: boolean;
  /** `lockstep.dev/hold-until-configured` counts. Undefined: nobody knows it here. */
  readonly holdUntilConfigured?: boolean;
  /** The peers whose annotations count as lockstep's own. Undefined: none. */
  readonly compat?: Compat;
}

/** A part of an annotation on a workload that does not count, and why. */
export interface Problem {
  readonly annotation: string;
  readonly part: string;
  readonly why: string;
}

/** The settings of a workload: its own annotations on top of the defaults. */
export interface Settings extends RollSettings {
  readonly secrets: boolean;
  readonly ignore: readonly SourcePattern[];
  /** The only sources and keys, of those that the template refers to, that count. Undefined: all of them count. */
  readonly only: readonly SourcePattern[] | undefined;
  readonly include: readonly SourcePattern[];
  /** What peers' annotations ask for, without what lockstep's own annotations of the same meaning replace. */
  readonly peers: Wish;
  readonly problems: readonly Problem[];
  readonly formerly: Formerly;
}

/**
 * The parts of a workload's annotations that do not count now, but may have counted when its record was
 * made. That was under another setting of the cluster, or in an earlier version of lockstep.
 */
export interface Formerly {
  /** Included sources. */
  readonly included: readonly SourcePattern[];
  /** Ignored keys of Secrets. */
  readonly ignored: readonly SourcePattern[];
}

type Annotations = Readonly<Record<string, string>> | null | undefined;

function sourceListOf(annotations: Annotations, annotation: string, patterns: boolean) {
  const text = annotations?.[annotation];
  if (text === undefined) return { entries: [], problems: [] };
  const parsed = parseSourceList(text, { patterns });
  if (parsed.kind === 'list') {
    const entries = [...new Map(parsed.entries.map((entry) => [printSourceList([entry]), entry])).values()];
    if (entries.length > LIMITS.patterns) throw tooManyPatternsError(annotation);
    return { entries, problems: [] };
  }
  return { entries: [], problems: [{ annotation, part: parsed.part, why: parsed.why }] };
}

/**
 * A pattern for keys of Secrets. In an annotation it does not count: people who may not read a Secret could
 * spell out the names of its keys. The digest would tell them whether a key begins with an `a`, with `ab`,
 * and so on.
 */
const spellsOutKeys = ({ kind, key }: SourcePattern) => kind === 'secret' && key?.includes('*') === true;

function ignoreOf(annotations: Annotations) {
  const { entries, problems } = sourceListOf(annotations, IGNORE, true);
  const uncounted = entries.filter(spellsOutKeys);
  const why = 'is a pattern for keys of a Secret: name each key in full';
  return {
    counting: entries.filter((entry) => !spellsOutKeys(entry)),
    uncounted,
    problems: [
      ...problems,
      ...uncounted.map((entry) => ({ annotation: IGNORE, part: printSourceList([entry]), why })),
    ],
  };
}

/** A list that cannot be followed to the letter does not count: rather one rollout too many than pods that differ. */
function onlyOf(annotations: Annotations) {
  const { entries, problems } = sourceListOf(annotations, ONLY, true);
  const pattern = entries.find(({ key }) => key?.includes('*'));
  const why = 'is a pattern for keys: name each key in full';
  const all = pattern ? [{ annotation: ONLY, part: printSourceList([pattern]), why }] : problems;
  return { only: all.length > 0 || entries.length === 0 ? undefined : entries, problems: all };
}

function includeOf(annotations: Annotations, { include, secrets }: Defaults) {
  const { entries, problems } = sourceListOf(annotations, INCLUDE, false);
  const uncounted = include ? entries.filter(({ kind }) => kind === 'secret' && !secrets) : entries;
  const why = include
    ? 'is a Secret, and Secrets are switched off in this cluster'
    : `is included, but ${INCLUDE} is switched off in this cluster`;
  return {
    counting: include ? entries : [],
    uncounted: include ? [] : entries,
    problems: [
      ...problems,
      ...uncounted.map((entry) => ({ annotation: INCLUDE, part: printSourceList([entry]), why })),
    ],
  };
}

/** A wish without what lockstep's own annotations of the same meaning replace. */
function remainingWish(annotations: Annotations, wish: Wish): Wish {
  const has = (name: string) => annotations?.[name] !== undefined;
  return {
    ...wish,
    ...(has(IGNORE) && { ignore: [] }),
    ...(has(ONLY) && { only: undefined, ifMarked: [] }),
    ...(has(INCLUDE) && { extra: [] }),
  };
}

/** People who ask a peer for rollouts expect them at the edit. */
function defaultsWith({ inject }: Wish, defaults: Defaults): Defaults {
  if (inject !== 'enabled' || defaults.edit === false) return defaults;
  const rollOn = OPERATIONS.filter((each) => each === 'edit' || defaults.rollOn.includes(each));
  return { ...defaults, rollOn };
}

/**
 * The settings of a workload with these annotations.
 * @param wish what peers' annotations on it ask for
 * @throws LockstepError WORKLOAD_TOO_LARGE if one of them lists too much. To ignore what it lists would restart pods
 */
export function settingsOf(annotations: Annotations, defaults: Defaults, wish: Wish = NO_WISH): Settings {
  const peers = remainingWish(annotations, wish);
  const ignore = ignoreOf(annotations);
  const only = onlyOf(annotations);
  const include = includeOf(annotations, defaults);
  const { problems, ...roll } = rollSettingsOf(annotations, defaultsWith(wish, defaults));
  return {
    secrets: defaults.secrets,
    ignore: [...defaults.ignore, ...ignore.counting, ...peers.ignore],
    only: only.only ?? peers.only,
    include: include.counting,
    peers,
    ...roll,
    problems: [...ignore.problems, ...only.problems, ...include.problems, ...problems],
    formerly: { included: include.uncounted, ignored: ignore.uncounted },
  };
}
