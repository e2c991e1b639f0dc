import { expect, test } from 'vitest';
import { toWatchEvent } from '../../src/cluster/watch-event.ts';

const object = { metadata: { namespace: 'shop', name: 'app', resourceVersion: '7' } };
const place = { namespace: 'shop', name: 'app' };

test.each(['ADDED', 'MODIFIED'])('%s: the object is seen', (type) => {
  expect(toWatchEvent({ type, object })).toEqual({ kind: 'seen', place, version: '7', object });
});

test('DELETED: the object is gone', () => {
  expect(toWatchEvent({ type: 'DELETED', object })).toMatchObject({ kind: 'gone', place, version: '7' });
});

test.each([
  { annotations: { 'k8s.io/initial-events-end': 'true' }, isInitialEnd: true },
  { annotations: { 'k8s.io/initial-events-end': 'false' }, isInitialEnd: false },
  { annotations: null, isInitialEnd: false },
])(
  'BOOKMARK with $annotations: is it the end of all objects? $isInitialEnd',
  ({ annotations, isInitialEnd }) => {
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9', annotations } } };
    expect(toWatchEvent(bookmark)).toEqual({ kind: 'bookmark', version: '9', isInitialEnd });
  },
);

test('ERROR: a status, which may say when to come again', () => {
  const status = { kind: 'Status', metadata: {}, code: 429, details: { retryAfterSeconds: 3 } };
  expect(toWatchEvent({ type: 'ERROR', object: status })).toEqual({
    kind: 'error',
    code: 429,
    retryAfterSeconds: 3,
  });
  expect(toWatchEvent({ type: 'ERROR', object: {} })).toMatchObject({ kind: 'error', code: 500 });
});

test.each([undefined, 'text', {}, { type: 'ADDED' }, { type: 'ADDED', object: { metadata: { name: 1 } } }])(
  '%j is no event, and the error quotes no value',
  (line) => {
    expect(() => toWatchEvent(line)).toThrow(
      /^the API server sent an event of a watch with an unexpected \//,
    );
  },
);
