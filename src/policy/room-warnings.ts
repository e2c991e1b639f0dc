import type { Marks } from '../marks/marks.ts';
import type { Lacking } from '../marks/room.ts';
import { MARKS } from '../marks/table.ts';
import { truncate } from './wording.ts';

/** Annotations take 256 KiB in all, and some have no room. Only what this means for the user is said. */
export function roomWarnings(lacking: readonly Lacking[], marks: Marks, fullName: string): string[] {
  const name = truncate(fullName);
  const lacks = (key: Lacking) => lacking.includes(key);
  const noRoom = (on: string, key: Lacking) => `annotations of ${on} leave no room for ${MARKS[key].name}`;
  const onTemplate = lacks('hash')
    ? [`${noRoom(`the template of ${name}`, 'hash')}: it is not kept in step`]
    : lacks('pinned')
      ? [`${noRoom(`the template of ${name}`, 'pinned')}: its pods start on live configuration`]
      : lacks('sources')
        ? [`${noRoom(`the template of ${name}`, 'sources')}: it is left out`]
        : [];
  const isLost = (key: 'baseline' | 'held') => lacks(key) && marks[key] === undefined;
  return [
    ...onTemplate,
    ...(isLost('baseline') ? [`${noRoom(name, 'baseline')}: its pods may roll once at a later call`] : []),
    ...(isLost('held') ? [`${noRoom(name, 'held')}: the next call brings today's configuration`] : []),
  ];
}
