import { expect, test } from 'vitest';
import { firstInDoubt, type SourceTimes, sourceTimes } from '../../src/policy/adoption.ts';

const source = (times: SourceTimes | undefined, required = true) => [
  { id: 'configmap/app', required, times },
];
const made = (created: number, modified = created, writers = 1): SourceTimes => ({
  created,
  modified,
  writers,
});
const running = { revisionCreated: 100, completed: 110 };
const starting = { revisionCreated: 100, completed: undefined };

test.each([
  ['modified before the ReplicaSet was made', source(made(50, 99)), running, false],
  ['modified in the second in which it was made', source(made(50, 100)), running, true],
  ['modified after it', source(made(50, 120)), running, true],
  ['required and made in the same second, never modified', source(made(100)), running, false],
  ['required and made after it, never modified: the pods waited for it', source(made(105)), running, false],
  ['the same, but optional: pods may have started without it', source(made(105), false), running, true],
  ['made after all pods were available: it was recreated', source(made(120)), running, true],
  ['made late while the rollout waits', source(made(120)), starting, false],
  ['written by two managers in the second it was made', source(made(105, 105, 2)), running, true],
  ['absent', source(undefined, false), running, false],
  ['no ReplicaSet yet', source(made(50)), { revisionCreated: undefined, completed: undefined }, true],
])('%s', (_name, sources, rollout, inDoubt) => {
  expect(firstInDoubt(sources, rollout)).toBe(inDoubt ? 'configmap/app' : undefined);
});

test('only field managers of data count as writers, so a label leaves a source unmodified', () => {
  const time = (second: number) => new Date(second * 1000).toISOString();
  const metadata = {
    creationTimestamp: time(50),
    managedFields: [
      { time: time(60), fieldsV1: { 'f:data': {} } },
      { time: time(200), fieldsV1: { 'f:metadata': { 'f:labels': {} } } },
    ],
  };
  expect(sourceTimes(metadata)).toEqual({ created: 50, modified: 60, writers: 1 });
  expect(sourceTimes({ creationTimestamp: time(50) })).toEqual({ created: 50, modified: 50, writers: 0 });
});
