import { IGNORE, INCLUDE, INJECT_LABEL, ONLY, ROLL_ON } from '../../marks/names.ts';
import { injectLabel } from '../../policy/managed.ts';
import { OPERATIONS, printRollOn } from '../../policy/roll-on.ts';
import type { Settings } from '../../policy/settings.ts';
import type { SourcePattern } from '../../references/pattern.ts';
import { references } from '../../references/references.ts';
import { printSourceList } from '../../references/source-list.ts';
import { sourceId } from '../../references/sources.ts';
import { type Workload, workloadOf } from '../../workloads/workload.ts';
import type { Texts } from './finding.ts';
import type { Setting } from './setting.ts';

/** lockstep's own words on a workload, and the annotations that say nothing more beside them. */
export interface Words {
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Annotations of the workload that go. */
  readonly removed: readonly string[];
  /** Annotations of its pod template that go. */
  readonly removedOfTemplate: readonly string[];
}

/** A copy of a workload with other metadata. */
export function changedWorkload(
  { kind, object, namespace, metadata, template }: Workload,
  { labels, annotations, removed, removedOfTemplate }: Words,
): Workload {
  const without = (texts: Texts | null | undefined, names: readonly string[]) =>
    Object.fromEntries(Object.entries(texts ?? {}).filter(([name]) => !names.includes(name)));
  const changed = {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...without(metadata.annotations, removed), ...annotations },
    },
  };
  const workload = workloadOf(kind, changed, namespace);
  const ofTemplate = without(template.metadata?.annotations, removedOfTemplate);
  return {
    ...workload,
    template: { ...template, metadata: { ...template.metadata, annotations: ofTemplate } },
  };
}

/** The names of sources that the template does not refer to. */
function unreferred(workload: Workload, extra: readonly SourcePattern[]): readonly SourcePattern[] {
  const referred = new Set(references(workload.template).map(sourceId));
  return extra.filter((each) => !referred.has(sourceId(each)));
}

const listed = (name: string, patterns: readonly SourcePattern[]): Texts => {
  const unique = [...new Map(patterns.map((each) => [sourceId(each), each])).values()];
  return unique.length === 0 ? {} : { [name]: printSourceList(unique) };
};

/** lockstep's own words for what is asked. Where it has words of the same meaning already, these stay. */
export function wordsFor(workload: Workload, { peers }: Settings, { defaults }: Setting) {
  const own = workload.metadata.annotations ?? {};
  const { says } = injectLabel(workload.metadata.labels);
  const hasLabel = says === 'enabled' || says === 'disabled';
  const needsEdit =
    peers.inject === 'enabled' && defaults.edit !== false && !defaults.rollOn.includes('edit');
  const rollOn = OPERATIONS.filter((each) => each === 'edit' || defaults.rollOn.includes(each));
  const labels: Texts = hasLabel || peers.inject === 'nothing' ? {} : { [INJECT_LABEL]: peers.inject };
  const annotations: Texts = {
    ...listed(ONLY, peers.only ?? []),
    ...listed(INCLUDE, unreferred(workload, peers.extra)),
    ...listed(IGNORE, peers.ignore),
    ...(needsEdit && own[ROLL_ON] === undefined && { [ROLL_ON]: printRollOn(rollOn) }),
  };
  return { labels, annotations };
}

/** What the template asks of a peer itself would count when the workload no longer says anything. */
export const allExplicit = (words: ReturnType<typeof wordsFor>) => ({
  ...words,
  annotations: { [ONLY]: 'configmap/*, secret/*', ...words.annotations },
});
