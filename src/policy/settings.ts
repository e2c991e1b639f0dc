import { IGNORE, INCLUDE, ROLL_ON } from '../marks/names.ts';
import { remainingReferences, type SourcePattern } from '../references/pattern.ts';
import { type Reference, references } from '../references/references.ts';
import { parseSourceList } from '../references/source-list.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import { parseRollOn, type RollOn } from './roll-on.ts';

/** The cluster's settings for all workloads. */
export interface Defaults {
  /** Secrets count as sources. */
  readonly secrets: boolean;
  /** Sources and keys that count for no workload. */
  readonly ignore: readonly SourcePattern[];
  readonly rollOn: RollOn;
}

/** A malformed part of an annotation on a workload, and why it is malformed. It does not count. */
export interface Problem {
  readonly annotation: string;
  readonly part: string;
  readonly why: string;
}

/** The settings of a workload: its own annotations on top of the defaults. */
export interface Settings {
  readonly secrets: boolean;
  readonly ignore: readonly SourcePattern[];
  readonly include: readonly SourcePattern[];
  readonly rollOn: RollOn;
  readonly problems: readonly Problem[];
}

type Annotations = Readonly<Record<string, string>> | null | undefined;

function sourceListOf(annotations: Annotations, annotation: string, patterns: boolean) {
  const text = annotations?.[annotation];
  if (text === undefined) return { entries: [], problems: [] };
  const parsed = parseSourceList(text, { patterns });
  if (parsed.kind === 'list') return { entries: parsed.entries, problems: [] };
  return { entries: [], problems: [{ annotation, part: parsed.part, why: parsed.why }] };
}

function rollOnOf(annotations: Annotations, fallback: RollOn) {
  const text = annotations?.[ROLL_ON];
  if (text === undefined) return { rollOn: fallback, problems: [] };
  const parsed = parseRollOn(text);
  if (parsed.kind === 'roll-on') return { rollOn: parsed.rollOn, problems: [] };
  return { rollOn: fallback, problems: [{ annotation: ROLL_ON, part: parsed.part, why: parsed.why }] };
}

/** The settings of a workload with these annotations. */
export function settingsOf(annotations: Annotations, defaults: Defaults): Settings {
  const ignore = sourceListOf(annotations, IGNORE, true);
  const include = sourceListOf(annotations, INCLUDE, false);
  const { rollOn, problems } = rollOnOf(annotations, defaults.rollOn);
  const uncounted = defaults.secrets ? [] : include.entries.filter(({ kind }) => kind === 'secret');
  return {
    secrets: defaults.secrets,
    ignore: [...defaults.ignore, ...ignore.entries],
    include: include.entries,
    rollOn,
    problems: [
      ...ignore.problems,
      ...include.problems,
      ...uncounted.map(({ kind, name }) => ({
        annotation: INCLUDE,
        part: `${kind}/${name}`,
        why: 'is a Secret, and Secrets are switched off in this cluster',
      })),
      ...problems,
    ],
  };
}

function toReference({ kind, name, key }: SourcePattern): Reference {
  return {
    kind,
    name,
    keys: key === undefined ? 'all' : [key],
    except: [],
    // An app that reads the source through the API sees its `data` and `binaryData`, as a volume shows them.
    // No pod waits for the source.
    via: 'volume',
    optional: true,
    where: `metadata.annotations["${INCLUDE}"]`,
  };
}

/** The references that count: those of the template, and the included ones. An ignored one never counts. */
export function referencesInScope(template: PodTemplate, settings: Settings): Reference[] {
  const all = [...references(template), ...settings.include.map(toReference)];
  const counting = settings.secrets ? all : all.filter(({ kind }) => kind !== 'secret');
  return remainingReferences(counting, settings.ignore);
}
