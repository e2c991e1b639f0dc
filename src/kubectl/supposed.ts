import type { DecodedSource } from '../cluster/source-kinds.ts';
import { plainDigestV1 } from '../digest/source.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { FoundSources } from './found-sources.ts';

/**
 * An edit that nobody has made: a source as it is, and as it would be. Undefined: it does not exist. Of a Secret, both
 * are invented, and only whether they differ counts.
 */
export interface Supposed extends SourceRef {
  readonly namespace: string;
  readonly before: DecodedSource | undefined;
  readonly after: DecodedSource | undefined;
}

/** Edits that nobody has made, by their places. */
export interface Suppositions {
  of(namespace: string, source: SourceRef): Supposed | undefined;
}

export const NOTHING_SUPPOSED: Suppositions = { of: () => undefined };

export function suppositionsOf(supposed: readonly Supposed[]): Suppositions {
  const keyOf = (namespace: string, source: SourceRef) => `${namespace}/${sourceId(source)}`;
  const byPlace = new Map(supposed.map((each) => [keyOf(each.namespace, each), each]));
  return { of: (namespace, source) => byPlace.get(keyOf(namespace, source)) };
}

/** ConfigMaps as they would be after the edits. */
export const foundAfter = (found: FoundSources, supposed: Suppositions): FoundSources => ({
  get(namespace, name) {
    const edit = supposed.of(namespace, { kind: 'configmap', name });
    return edit ? edit.after : found.get(namespace, name);
  },
});

/** Whether an edit changes anything that this usage covers. The digest itself tells. */
export const isTouched = (usage: Usage, { before, after }: Supposed): boolean =>
  plainDigestV1(usage, before?.content) !== plainDigestV1(usage, after?.content);
