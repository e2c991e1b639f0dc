import { copyName } from '../../../src/copies/name.ts';
import { parsePinned } from '../../../src/copies/pins.ts';
import type { Marks } from '../../../src/marks/marks.ts';
import { parseSources } from '../../../src/marks/records.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Copy, History, Life, Version } from './history.ts';

/** A source that the marks pin. */
export interface PinnedSource {
  readonly id: string;
  /** The digest that the marks record of it. */
  readonly short: string;
  /** The name of the copy that pods must read. */
  readonly copy: string;
}

/**
 * The sources that the marks pin. A source that is pinned but not recorded has a copy that lockstep never
 * makes.
 */
export function pinnedBy({ sources, pinned }: Pick<Marks, 'sources' | 'pinned'>): readonly PinnedSource[] {
  const shorts = parseSources(sources);
  return parsePinned(pinned).map((source) => {
    const short = shorts[sourceId(source)] ?? 'nothing';
    return { id: sourceId(source), short, copy: copyName(source.name, short) };
  });
}

export const endOf = ({ deletedAt }: Pick<Life<unknown>, 'deletedAt'>): Version =>
  deletedAt ?? Number.POSITIVE_INFINITY;

/** The copy of that name at a version. */
export function copyAt(history: History, name: string, version: Version): Life<Copy> | undefined {
  return history.copies.find((life) => {
    const [made] = life.commits;
    return life.name === name && made !== undefined && made.version <= version && endOf(life) > version;
  });
}
