import jsonpatch from 'fast-json-patch';
import { pointAt, type Target } from '../../src/references/point.ts';
import { type Reference, references } from '../../src/references/references.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';

/** A target holds every key. */
export const ALL = { data: 'all', binaryData: 'all' } as const;
export type TargetOf = (reference: Reference) => Target | undefined;

/**
 * The pod with its references pointed at the targets, and the positions of those that could not be changed.
 */
export function pointedPod(pod: PodTemplate, targetOf: TargetOf) {
  const { patch, uncovered } = pointAt(pod, references(pod), targetOf);
  const after: PodTemplate = jsonpatch.applyPatch(structuredClone(pod), patch).newDocument;
  return { after, patch, uncovered: uncovered.map(({ where }) => where) };
}
