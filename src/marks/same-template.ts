import { canonicalJson } from '../digest/canonical.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import { POD_TEMPLATE_HASH } from '../workloads/replica-set.ts';
import { NO_MARKS, templateWithMarks } from './marks.ts';

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

/**
 * A function that tells whether a revision was made from this template. It compares as the Deployment
 * controller does: all but the label that the controller adds.
 * @param marks whether lockstep's marks must be the same, too
 */
export function revisionsOf(template: PodTemplate, marks: 'same-marks' | 'any-marks') {
  const textOf = (each: PodTemplate) =>
    canonicalJson(withoutHashLabel(marks === 'any-marks' ? plainTemplate(each) : each));
  const wanted = textOf(template);
  return (revision: PodTemplate | null | undefined): boolean =>
    revision !== null && revision !== undefined && textOf(revision) === wanted;
}
