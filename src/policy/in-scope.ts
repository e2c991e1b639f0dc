import { INCLUDE } from '../marks/names.ts';
import { onlyReferences, remainingReferences } from '../references/counting.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { type Reference, references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { Settings } from './settings.ts';

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
    needed: undefined,
    where: `metadata.annotations["${INCLUDE}"]`,
  };
}

/** Those of the references that the list names, and those of which the source itself says whether it counts. */
function onlyOf(
  found: readonly Reference[],
  only: readonly SourcePattern[],
  { ifMarked }: Settings['peers'],
): Reference[] {
  const named = onlyReferences(found, only);
  if (ifMarked.length === 0) return named;
  const ids = new Set(named.map(sourceId));
  const others = found.filter((each) => ifMarked.includes(each.kind) && !ids.has(sourceId(each)));
  return [...named, ...others.map((each) => ({ ...each, ifMarked: true }) as const)];
}

/**
 * The sources that a peer rolls for although the template does not refer to them. Of one that it refers to, the keys
 * count that it uses: so no key more counts while peers' annotations are read, and none less afterwards.
 */
function unreferred(found: readonly Reference[], { extra }: Settings['peers']): SourcePattern[] {
  if (extra.length === 0) return [];
  const ids = new Set(found.map(sourceId));
  return [...new Map(extra.map((each) => [sourceId(each), each])).values()].filter(
    (each) => !ids.has(sourceId(each)),
  );
}

/**
 * The references that count: those of the template, or only some of them, and the included ones. An ignored one never
 * counts.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function referencesInScope(template: PodTemplate, settings: Settings): Reference[] {
  const found = references(template);
  const ofTemplate = settings.only ? onlyOf(found, settings.only, settings.peers) : found;
  const all = [
    ...ofTemplate,
    ...settings.include.map(toReference),
    ...unreferred(found, settings.peers).map(toReference),
  ];
  const counting = settings.secrets ? all : all.filter(({ kind }) => kind !== 'secret');
  return remainingReferences(counting, settings.ignore);
}

/** The references that counted if `lockstep.dev/include` did. */
export function referencesFormerlyInScope(template: PodTemplate, settings: Settings): Reference[] {
  return referencesInScope(template, {
    ...settings,
    include: [...settings.include, ...settings.formerly.included],
  });
}
