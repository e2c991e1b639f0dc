import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import {
  annotationsOf,
  type Marks,
  marksOf,
  marksOfState,
  NO_MARKS,
  objectWithMarks,
  sameCopies,
  sameMarks,
  templateMarksOf,
  templateWithMarks,
} from '../../src/marks/marks.ts';
import { MARK_KEYS } from '../../src/marks/table.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const ALL: Marks = { hash: 'v1-x', sources: '{}', pinned: 'configmap/app', baseline: 'b', held: 'h' };

describe('the marks of a workload', () => {
  test('are read from the place where they were written', () => {
    expect(marksOf(viewOf(withMarks(deployment({}), ALL)))).toEqual(ALL);
    expect(marksOf(viewOf(deployment({})))).toEqual(NO_MARKS);
  });

  test('are on the template, so that pods and revisions get them, or only on the workload', () => {
    expect(annotationsOf(ALL, 'template')).toEqual([
      ['lockstep.dev/config-hash', 'v1-x'],
      ['lockstep.dev/config-sources', '{}'],
      ['lockstep.dev/pinned', 'configmap/app'],
    ]);
    expect(annotationsOf(ALL, 'workload')).toEqual([
      ['lockstep.dev/baseline', 'b'],
      ['lockstep.dev/held', 'h'],
    ]);
  });

  test('of a template can be read from its pods, too', () => {
    const { template } = viewOf(withMarks(deployment({}), ALL));
    const { hash, sources, pinned } = ALL;
    expect(templateMarksOf(template.metadata?.annotations)).toEqual({ hash, sources, pinned });
    expect(templateMarksOf(null)).toEqual({ hash: undefined, sources: undefined, pinned: undefined });
  });

  test('about pods contain no baseline and no hold', () => {
    const state = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
    expect(marksOfState(state, 'configmap/app')).toEqual({
      hash: state.hash,
      sources: '{"configmap/app":"aaaaaaaaaaaaaaaa"}',
      pinned: 'configmap/app',
      baseline: undefined,
      held: undefined,
    });
  });

  test('are equal exactly if each mark is', () => {
    expect(sameMarks(ALL, { ...ALL })).toBe(true);
    for (const key of MARK_KEYS) expect(sameMarks(ALL, { ...ALL, [key]: undefined })).toBe(false);
  });
});

describe('putting marks on', () => {
  const annotated = deployment({ annotations: { mine: '1' }, template: { theirs: '2' } });

  test('changes nothing else, and does not change its input', () => {
    const before = { ...annotated, unknown: { a: [1] } };
    const kept = structuredClone(before);
    const after = objectWithMarks(viewOf(before), ALL);
    expect(before).toEqual(kept);
    expect(after).toMatchObject({
      unknown: { a: [1] },
      metadata: { annotations: { mine: '1', 'lockstep.dev/held': 'h' } },
      spec: {
        replicas: 2,
        template: { metadata: { annotations: { theirs: '2', 'lockstep.dev/config-hash': 'v1-x' } } },
      },
    });
  });

  test('removes unwanted marks, and no other annotation', () => {
    expect(withMarks(withMarks(annotated, ALL), NO_MARKS)).toEqual(annotated);
  });

  test('creates no empty annotations', () => {
    const { template } = deployment({}).spec;
    expect(templateWithMarks(template, NO_MARKS)).toBe(template);
    expect(templateWithMarks({}, NO_MARKS)).toEqual({});
  });
});

test('two templates name the same copies if their sources and their pins are the same', () => {
  expect(sameCopies(ALL, { ...ALL, hash: 'v1-other' })).toBe(true);
  expect(sameCopies(ALL, { ...ALL, pinned: undefined })).toBe(false);
  expect(sameCopies(ALL, { ...ALL, sources: undefined })).toBe(false);
});
