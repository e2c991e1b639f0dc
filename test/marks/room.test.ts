import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { printStateOf } from '../../src/marks/records.ts';
import { fittingMarks, fittingNotes } from '../../src/marks/room.ts';
import { deployment, viewOf } from '../kit/deployments.ts';

const LIMIT = 262_144;
const STATE = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
/** `lockstep.dev/config-hash` and its text. */
const HASH_BYTES = 24 + 67;
const filler = (left: number) => ({ note: 'x'.repeat(LIMIT - 'note'.length - left) });
const onTemplate = (left: number, more: Record<string, string> = {}) =>
  viewOf(deployment({ template: { ...filler(left), ...more } }));
const onWorkload = (left: number, more: Record<string, string> = {}) =>
  viewOf(deployment({ annotations: { ...filler(left), ...more } }));

describe('marks on a template', () => {
  const plain = marksOfState(STATE);
  const pinned = marksOfState(STATE, 'configmap/app');
  const hashOnly = { ...NO_MARKS, hash: plain.hash };

  test('that have room are all written', () => {
    expect(fittingMarks(onTemplate(5_000), pinned)).toEqual({ marks: pinned, omitted: [] });
    expect(fittingMarks(viewOf(deployment({})), plain)).toEqual({ marks: plain, omitted: [] });
  });

  test('leave some room to others, except the hash', () => {
    expect(fittingMarks(onTemplate(4_000), plain)).toEqual({ marks: hashOnly, omitted: ['sources'] });
    expect(fittingMarks(onTemplate(HASH_BYTES), plain)).toEqual({ marks: hashOnly, omitted: ['sources'] });
  });

  test('name no copies without the digests of their sources', () => {
    expect(fittingMarks(onTemplate(4_000), pinned)).toEqual({
      marks: hashOnly,
      omitted: ['sources', 'pinned'],
    });
  });

  test('are none if the hash has no room', () => {
    const omitted = ['hash', 'sources'];
    expect(fittingMarks(onTemplate(HASH_BYTES - 1), plain)).toEqual({ marks: NO_MARKS, omitted });
  });

  test('that are there stay, up to the last byte', () => {
    const present = {
      'lockstep.dev/config-hash': plain.hash ?? '',
      'lockstep.dev/config-sources': plain.sources ?? '',
    };
    const bytes = HASH_BYTES + 'lockstep.dev/config-sources'.length + (plain.sources ?? '').length;
    expect(fittingMarks(onTemplate(bytes, present), plain).omitted).toEqual([]);
    expect(fittingMarks(onTemplate(bytes - 1, present), plain).omitted).toEqual(['sources']);
  });

  test('are not sized if the user’s annotations are over the limit by themselves', () => {
    expect(fittingMarks(onTemplate(-1), plain)).toEqual({ marks: plain, omitted: [] });
  });

  test('are counted in bytes, and a text that is no UTF-8 as the API server stores it', () => {
    const of = (note: string) => viewOf(deployment({ template: { note } }));
    expect(fittingMarks(of('é'.repeat(131_024)), plain).omitted).toEqual(['sources']);
    expect(fittingMarks(of('é'.repeat(131_025)), plain).omitted).toEqual(['hash', 'sources']);
    expect(fittingMarks(of('\ud800'.repeat(87_349)), plain).omitted).toEqual(['sources']);
    expect(fittingMarks(of('\ud800'.repeat(87_350)), plain).omitted).toEqual(['hash', 'sources']);
  });

  test('are the hash alone if the list of sources is too long by itself', () => {
    const digests = Array.from({ length: 990 }, (_, i): [string, string] => [
      `configmap/${'n'.repeat(240)}${i}`,
      'a'.repeat(64),
    ]);
    const { marks, omitted } = fittingMarks(
      viewOf(deployment({})),
      marksOfState(configState(new Map(digests), v1())),
    );
    expect(omitted).toEqual(['sources']);
    expect(marks.hash).toMatch(/^v1-/);
  });
});

describe('marks on a workload', () => {
  const long = configState(
    new Map(
      Array.from({ length: 100 }, (_, i): [string, string] => [`configmap/source-${i}`, 'a'.repeat(64)]),
    ),
    v1(),
  );
  const template = deployment({}).spec.template;
  test.each(['baseline', 'held'] as const)('%s goes without its sources first, and then at all', (mark) => {
    const text = printStateOf(long, template);
    const wanted = { ...NO_MARKS, [mark]: text };
    expect(fittingMarks(onWorkload(10_000), wanted)).toEqual({ marks: wanted, omitted: [] });
    const { marks, omitted } = fittingMarks(onWorkload(5_000), wanted);
    expect(omitted).toEqual([mark]);
    expect(JSON.parse(marks[mark] ?? '')).toEqual({ ...JSON.parse(text), sources: {} });
    expect(fittingMarks(onWorkload(4_000), wanted)).toEqual({ marks: NO_MARKS, omitted: [mark] });
  });

  test('and marks on its template have maps of their own', () => {
    const marks = { ...marksOfState(STATE), baseline: printStateOf(STATE, template) };
    expect(fittingMarks(onTemplate(0), marks).marks).toEqual({ ...NO_MARKS, baseline: marks.baseline });
  });
});

test('notes are written if the workload’s own annotations leave room for them, and are dropped otherwise', () => {
  const notes = { 'lockstep.dev/edited': '2026-11-28T03:40:00Z configmap/app' };
  expect(fittingNotes(onWorkload(5_000), NO_MARKS, notes)).toEqual(notes);
  expect(fittingNotes(onWorkload(4_000), NO_MARKS, notes)).toEqual({});
  // The earlier one goes.
  const earlier = onWorkload(4_096 + 60, { 'lockstep.dev/edited': 'x'.repeat(60) });
  expect(fittingNotes(earlier, NO_MARKS, notes)).toEqual(notes);
  const baseline = { ...NO_MARKS, baseline: 'x'.repeat(1_000) };
  expect(fittingNotes(onWorkload(5_000), baseline, notes)).toEqual({});
});
