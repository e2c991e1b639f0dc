import type { Marks } from '../marks/marks.ts';
import type { Omitted } from '../marks/room.ts';
import { MARKS } from '../marks/table.ts';
import { truncate } from './wording.ts';

/** Annotations take 256 KiB in all, and some have no room. Only what this means for the user is said. */
export function roomWarnings(omitted: readonly Omitted[], marks: Marks, fullName: string): string[] {
  const name = truncate(fullName);
  const isOmitted = (key: Omitted) => omitted.includes(key);
  const noRoom = (on: string, key: Omitted) => `annotations of ${on} leave no room for ${MARKS[key].name}`;
  const onTemplate = isOmitted('hash')
    ? [`${noRoom(`the template of ${name}`, 'hash')}: it is not kept in step`]
    : isOmitted('pinned')
      ? [`${noRoom(`the template of ${name}`, 'pinned')}: its pods start on live configuration`]
      : isOmitted('sources')
        ? [`${noRoom(`the template of ${name}`, 'sources')}: it is left out`]
        : [];
  const isLost = (key: 'baseline' | 'held') => isOmitted(key) && marks[key] === undefined;
  return [
    ...onTemplate,
    ...(isLost('baseline') ? [`${noRoom(name, 'baseline')}: its pods may roll once at a later call`] : []),
    ...(isLost('held') ? [`${noRoom(name, 'held')}: the next call brings today's configuration`] : []),
  ];
}
