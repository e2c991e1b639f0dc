import { INCLUDE } from '../marks/names.ts';
import { onlyReferences, remainingReferences } from '../references/counting.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { type Reference, references } from '../references/references.ts';
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

/**
 * The references that count: those of the template, or only some of them, and the included ones. An ignored one never
 * counts.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function referencesInScope(template: PodTemplate, settings: Settings): Reference[] {
  const { only } = settings;
  const ofTemplate = only ? onlyReferences(references(template), only) : references(template);
  const all = [...ofTemplate, ...settings.include.map(toReference)];
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
