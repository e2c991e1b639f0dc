import { expect, test } from 'vitest';
import type { Held, Observation } from '../../../../src/kubectl/doctor/held/ask-containers.ts';
import type { Given, Place } from '../../../../src/kubectl/doctor/held/given.ts';
import {
  type HeldEvidence,
  heldJudgement,
  type Live,
} from '../../../../src/kubectl/doctor/held/judge-held.ts';

const EDITED = '2026-01-01T10:00:00Z';
const ENV: Place = { kind: 'env', name: 'MODE' };
const FILE: Place = { kind: 'file', path: '/etc/app/MODE', fixed: false };
const GIVEN: Given = { source: { kind: 'configmap', name: 'app' }, key: 'MODE', place: ENV, required: false };

const seal = (value: string): Held & Live => ({ kind: 'sealed', seal: value });
const ABSENT = { kind: 'absent' } as const;

const holds = (
  pods: Readonly<Record<string, Held>>,
  given: Partial<Given> = {},
  startedAt = '2026-01-01T09:00:00Z',
): Observation[] =>
  Object.entries(pods).map(([pod, held]) => ({
    pod,
    container: 'web',
    startedAt,
    given: { ...GIVEN, ...given },
    held,
  }));

const judged = (all: readonly Observation[], evidence: Partial<HeldEvidence> = {}) =>
  heldJudgement('shop', all, {
    liveOf: () => seal('new'),
    changedAt: () => EDITED,
    counts: () => true,
    nowMs: Date.parse('2026-01-01T12:00:00Z'),
    roll: 'roll',
    ...evidence,
  }).map(({ check, verdict, message }) => `${verdict} ${check}: ${message}`);

const MODE = 'configmap/app#MODE (container web, env MODE)';

test('two answers in the pods', () => {
  expect(judged(holds({ a: seal('new'), b: seal('new'), c: seal('old') }))).toEqual([
    `problem ${MODE}: 2 of 3 pods hold what is there now; c holds another value`,
  ]);
  expect(judged(holds({ a: seal('old'), b: seal('old'), c: seal('older'), d: ABSENT }))).toEqual([
    `problem ${MODE}: 0 of 4 pods hold what is there now; a, b hold another value; c holds yet another one; d lacks it`,
  ]);
});

test('one answer is well', () => {
  expect(judged(holds({ a: seal('new'), b: seal('new') }))).toEqual([
    'ok the running containers hold configmap/app as it is now: one answer in 2 pods (1 value)',
  ]);
});

test('a key that is gone, and is still held', () => {
  expect(judged(holds({ a: seal('old') }), { liveOf: () => ABSENT })).toEqual([
    `problem ${MODE}: the key is gone; a holds another value`,
  ]);
});

test('one value of all that started after the edit may be the program’s own', () => {
  const later = '2026-01-01T11:00:00Z';
  expect(judged(holds({ a: seal('own'), b: seal('own') }, {}, later))[0]).toMatch(
    /^unknown .*although they started after the last edit/,
  );
  expect(judged(holds({ a: seal('own'), b: seal('new') }, {}, later))[0]).toMatch(/^problem /);
  expect(judged(holds({ a: seal('own'), b: seal('other') }, {}, later))[0]).toMatch(/^problem /);
  // Within the second of the edit, nobody knows which was first.
  expect(judged(holds({ a: seal('own') }, {}, EDITED))[0]).toMatch(/^problem /);
});

test('a file gets the kubelet’s time, and one with a subPath none', () => {
  const file = (fixed: boolean) => holds({ a: seal('old') }, { place: { ...FILE, fixed } });
  const soon = { nowMs: Date.parse(EDITED) + 60_000 };
  expect(judged(file(false), soon)[0]).toMatch(/^warning .*within two minutes$/);
  expect(judged(file(false))[0]).toMatch(/^problem /);
  expect(judged(file(true), soon)[0]).toMatch(/^problem .*never written again$/);
});

test('what is not read is compared pod by pod', () => {
  const secret = { source: { kind: 'secret', name: 'db' } } as const;
  const liveOf = () => ({ kind: 'not-read' }) as const;
  expect(judged(holds({ a: seal('x'), b: seal('x') }, secret), { liveOf })).toEqual([
    'ok the running containers hold the same of secret/db: one answer in 2 pods (1 value), compared with each other only',
  ]);
  expect(judged(holds({ a: seal('x'), b: seal('y') }, secret), { liveOf })[0]).toMatch(
    /^problem .*: the pods hold 2 values: a \| b$/,
  );
});

test('what a Secret may hide, and what lockstep ignores, is no problem', () => {
  const perhapsHiddenBy = { kind: 'secret', name: 'db' } as const;
  expect(judged(holds({ a: seal('old') }, { perhapsHiddenBy }))[0]).toMatch(
    /^unknown .*secret\/db may have a key that goes before it$/,
  );
  expect(judged(holds({ a: seal('old') }), { counts: () => false })[0]).toMatch(/^info .*ignores this key$/);
});

test('what nobody knows is said once for each reason', () => {
  const why = { text: 'its image has no program cat', whole: true, debug: true };
  expect(judged(holds({ a: { kind: 'unknown', why }, b: { kind: 'unknown', why } }))).toEqual([
    'unknown what container web holds: its image has no program cat (a, b)',
  ]);
});
