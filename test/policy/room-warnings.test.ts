import { expect, test } from 'vitest';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { Omitted } from '../../src/marks/room.ts';
import { roomWarnings } from '../../src/policy/room-warnings.ts';

const of = (...omitted: Omitted[]) => roomWarnings(omitted, NO_MARKS, 'deployment/web');
const LEAVE = 'annotations of the template of deployment/web leave no room for lockstep.dev';

test('of what has no room, the gravest is said for each place', () => {
  expect(of()).toEqual([]);
  expect(of('sources')).toEqual([`${LEAVE}/config-sources: it is left out`]);
  expect(of('sources', 'pinned')).toEqual([`${LEAVE}/pinned: its pods start on live configuration`]);
  expect(of('hash', 'sources', 'pinned')).toEqual([`${LEAVE}/config-hash: it is not kept in step`]);
  expect(of('baseline')).toEqual([
    'annotations of deployment/web leave no room for lockstep.dev/baseline: its pods may roll once at a later call',
  ]);
  expect(of('held')).toEqual([
    "annotations of deployment/web leave no room for lockstep.dev/held: the next call brings today's configuration",
  ]);
});

test('nothing is said of a record that has only lost its sources', () => {
  expect(roomWarnings(['baseline'], { ...NO_MARKS, baseline: 'a hash' }, 'deployment/web')).toEqual([]);
});
