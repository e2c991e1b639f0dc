import { canonicalJson } from '../digest/canonical.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import { POD_TEMPLATE_HASH } from '../workloads/replica-set.ts';
import { hasAllOf, settled } from '../workloads/settled-template.ts';
import type { WorkloadKind } from '../workloads/workload.ts';
import { NO_MARKS, templateMarksOf, templateWithMarks } from './marks.ts';

/** The template without lockstep's marks. Empty annotations become absent ones, since both mean the same. */
export function plainTemplate(marked: PodTemplate): PodTemplate {
  const template = templateWithMarks(marked, NO_MARKS);
  const { annotations, ...metadata } = template.metadata ?? {};
  const isAnnotated = annotations && Object.keys(annotations).length > 0;
  return { ...template, metadata: isAnnotated ? { ...metadata, annotations } : metadata };
}

function withoutHashLabel(template: PodTemplate): PodTemplate {
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

type Test = (revision: PodTemplate | null | undefined) => boolean;

/**
 * A function that tells whether a revision was made from this template of a custom resource. The revision has all of
 * it, and more: the API server's defaults, and what the controller adds.
 */
function grownFrom(template: PodTemplate, marks: 'same-marks' | 'any-marks'): Test {
  const part = settled(plainTemplate(template));
  const its = canonicalJson(templateMarksOf(template.metadata?.annotations));
  return (revision) => {
    if (!revision || !hasAllOf(settled(revision), part)) return false;
    return marks === 'any-marks' || canonicalJson(templateMarksOf(revision.metadata?.annotations)) === its;
  };
}

/**
 * A function that tells whether a revision was made from this template. It compares as the workload's
 * controller does: all but the label that the controller adds.
 * @param marks whether lockstep's marks must be the same, too
 * @param kind that of the workload. Default: one whose templates have the API server's defaults
 */
export function revisionsOf(
  template: PodTemplate,
  marks: 'same-marks' | 'any-marks',
  kind: Pick<WorkloadKind, 'isCustom'> = {},
): Test {
  if (kind.isCustom) return grownFrom(template, marks);
  const textOf = (each: PodTemplate) =>
    canonicalJson(withoutHashLabel(marks === 'any-marks' ? plainTemplate(each) : each));
  const wanted = textOf(template);
  return (revision) => revision !== null && revision !== undefined && textOf(revision) === wanted;
}
