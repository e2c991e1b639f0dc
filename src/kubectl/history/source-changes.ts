import { keyIdOf } from '../../digest/format.ts';
import { ABSENT } from '../../digest/source.ts';
import { templateMarksOf } from '../../marks/marks.ts';
import { parseSources } from '../../marks/records.ts';
import type { PodTemplate } from '../../workloads/pod-template.ts';

/**
 * How a source differs between two revisions, as their marks tell.
 * - `changed`: what counts of it has another content
 * - `appeared`, `gone`: it did not exist before, or does not now
 * - `added`, `dropped`: only one of the two counts it
 * - `rekeyed`: its digests were made with different keys, so nobody can compare them
 */
export interface SourceChange {
  /** `configmap/app` */
  readonly id: string;
  readonly change: 'changed' | 'appeared' | 'gone' | 'added' | 'dropped' | 'rekeyed';
}

/** What the marks of two revisions tell of their configuration. */
export type MarkedChanges =
  /** At least one of them has no marks: lockstep did not manage the workload then. */
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'same' }
  /** The hashes differ, and there was no room for the sources. */
  | { readonly kind: 'not-named' }
  | { readonly kind: 'sources'; readonly changes: readonly SourceChange[] };

function changeOf(before: string | undefined, now: string | undefined): SourceChange['change'] | undefined {
  if (before === now) return undefined;
  if (before === undefined) return 'added';
  if (now === undefined) return 'dropped';
  if (before === ABSENT) return 'appeared';
  if (now === ABSENT) return 'gone';
  return keyIdOf(before) === keyIdOf(now) ? 'changed' : 'rekeyed';
}

/** Compares the marks of two revisions. */
export function markedChanges(before: PodTemplate, now: PodTemplate): MarkedChanges {
  const [old, present] = [before, now].map(({ metadata }) => templateMarksOf(metadata?.annotations));
  if (old?.hash === undefined || present?.hash === undefined) return { kind: 'not-recorded' };
  if (old.hash === present.hash) return { kind: 'same' };
  // Without `config-sources`, every source would seem to be added or dropped.
  if (old.sources === undefined || present.sources === undefined) return { kind: 'not-named' };
  const [was, is] = [new Map(Object.entries(parseSources(old.sources))), parseSources(present.sources)];
  const nowBy = new Map(Object.entries(is));
  const changes = [...new Set([...was.keys(), ...nowBy.keys()])].sort().flatMap((id): SourceChange[] => {
    const change = changeOf(was.get(id), nowBy.get(id));
    return change ? [{ id, change }] : [];
  });
  return changes.length > 0 ? { kind: 'sources', changes } : { kind: 'not-named' };
}
