import { expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import { BASELINE, CONFIG_HASH, CONFIG_SOURCES, HELD } from '../../src/marks/names.ts';
import { parseSources, printStateOf, recordedHold, recordedState } from '../../src/marks/records.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const state = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());

test('marks parse to the state that they were written from', () => {
  const marked = withMarks(deployment({}), marksOfState(state));
  expect(recordedState(viewOf(marked))).toEqual(state);
  expect(marked.spec.template.metadata?.annotations?.[CONFIG_SOURCES]).toBe(
    '{"configmap/app":"aaaaaaaaaaaaaaaa"}',
  );
});

test('a baseline counts only for the template that it was made for', () => {
  const plain = deployment({});
  const annotations = { [BASELINE]: printStateOf(state, plain.spec.template) };
  expect(recordedState(viewOf(deployment({ annotations })))).toEqual(state);
  expect(recordedState(viewOf(deployment({ annotations, image: 'web:2' })))).toBeUndefined();
});

test('marks on a template that cannot be read do no harm', () => {
  const broken = deployment({
    template: { [CONFIG_HASH]: 'v1-x', [CONFIG_SOURCES]: '{' },
    annotations: { [BASELINE]: '[' },
  });
  expect(recordedState(viewOf(broken))).toEqual({ hash: 'v1-x', sources: {} });
});

test('the state that a workload is held against counts only for its template, and is not a record of its pods', () => {
  const plain = deployment({});
  const annotations = { [HELD]: printStateOf(state, plain.spec.template) };
  expect(recordedHold(viewOf(deployment({ annotations })))).toEqual(state);
  expect(recordedHold(viewOf(deployment({ annotations, image: 'web:2' })))).toBeUndefined();
  expect(recordedHold(viewOf(plain))).toBeUndefined();
  expect(recordedState(viewOf(deployment({ annotations })))).toBeUndefined();
});

test('the digests of sources are none if they cannot be read', () => {
  expect(parseSources('{"configmap/app":"a"}')).toEqual({ 'configmap/app': 'a' });
  for (const text of [undefined, '', '{', '[]', 'null', '{"configmap/app":1}'])
    expect(parseSources(text)).toEqual({});
});
