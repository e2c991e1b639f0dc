import { expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import { BASELINE, CONFIG_HASH, CONFIG_SOURCES, HELD } from '../../src/marks/names.ts';
import { parseSources, printStateOf, recordedHold, recordedState } from '../../src/marks/records.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const state = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());

test('marks are read back as the state that they were written of', () => {
  const marked = withMarks(deployment({}), marksOfState(state));
  expect(recordedState(viewOf(marked))).toEqual(state);
  expect(marked.spec.template.metadata?.annotations?.[CONFIG_SOURCES]).toBe(
    '{"configmap/app":"aaaaaaaaaaaaaaaa"}',
  );
});

test('a baseline speaks only for the template that it was taken of', () => {
  const plain = deployment({});
  const annotations = { [BASELINE]: printStateOf(state, plain.spec.template) };
  expect(recordedState(viewOf(deployment({ annotations })))).toEqual(state);
  expect(recordedState(viewOf(deployment({ annotations, image: 'web:2' })))).toBeUndefined();
});

test('what is on a template but cannot be read does no harm', () => {
  const broken = deployment({
    template: { [CONFIG_HASH]: 'v1-x', [CONFIG_SOURCES]: '{' },
    annotations: { [BASELINE]: '[' },
  });
  expect(recordedState(viewOf(broken))).toEqual({ hash: 'v1-x', sources: {} });
});

test('what a workload is held against counts for the template that it was said of, and is no record of its pods', () => {
  const plain = deployment({});
  const annotations = { [HELD]: printStateOf(state, plain.spec.template) };
  expect(recordedHold(viewOf(deployment({ annotations })))).toEqual(state);
  expect(recordedHold(viewOf(deployment({ annotations, image: 'web:2' })))).toBeUndefined();
  expect(recordedHold(viewOf(plain))).toBeUndefined();
  expect(recordedState(viewOf(deployment({ annotations })))).toBeUndefined();
});

test('the digests of sources are none where they cannot be read', () => {
  expect(parseSources('{"configmap/app":"a"}')).toEqual({ 'configmap/app': 'a' });
  for (const text of [undefined, '', '{', '[]', 'null', '{"configmap/app":1}'])
    expect(parseSources(text)).toEqual({});
});
