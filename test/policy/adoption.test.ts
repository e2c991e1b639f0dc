import { describe, expect, test } from 'vitest';
import { firstInDoubt, type SourceTimes, sourceTimes } from '../../src/policy/adoption.ts';
import type { PodTimes } from '../../src/workloads/pod-times.ts';

const source = (times: SourceTimes | undefined, required = true) => [
  { id: 'configmap/app', required, times },
];
const made = (created: number, modified: number | undefined = created, writers = 1): SourceTimes => ({
  created,
  modified,
  writers,
});
const undated: SourceTimes = { created: 50, modified: undefined, writers: 0 };
const pod = (since: number, firstStart: PodTimes['firstStart'] = since + 1): PodTimes => ({
  since,
  firstStart,
});
const running = [pod(100), pod(130)];

test.each([
  ['modified before any pod', source(made(50, 99)), running, false],
  ['modified in the second in which the kubelet accepted one', source(made(50, 100)), running, true],
  ['modified after one', source(made(50, 120)), running, true],
  ['modified before all living pods, although after earlier ones', source(made(50, 120)), [pod(121)], false],
  ['edits cannot be told: its field managers were emptied', source(undated), [pod(1_000)], true],
  ['required and made in the second of the first pod', source(made(100)), running, false],
  ['optional and made in the second of the first pod', source(made(100), false), running, true],
  ['made later, but a pod had started: it was made again', source(made(105)), [pod(100, 102)], true],
  ['the same with a container that has restarted', source(made(105)), [pod(100, 'unknown')], true],
  ['made in the second in which a pod started', source(made(105)), [pod(100, 105)], true],
  ['required: all pods started after it was made', source(made(105)), [pod(100, 106)], false],
  ['required: the pods still wait', source(made(105)), [pod(100, 'not-yet')], false],
  ['optional: pods may have started without it', source(made(105), false), [pod(100, 106)], true],
  [
    'edited after it was made: a pod may have waited for either',
    source(made(105, 106)),
    [pod(100, 110)],
    true,
  ],
  ['written by two managers in its second', source(made(105, 105, 2)), [pod(100, 106)], true],
  ['absent', source(undefined, false), running, false],
  ['no pod', source(made(50, 120)), [], false],
  ['too many pods to look at', source(made(50)), undefined, true],
  ['too many pods, and absent', source(undefined), undefined, false],
])('%s', (_name, sources, pods, inDoubt) => {
  expect(firstInDoubt(sources, pods)).toBe(inDoubt ? 'configmap/app' : undefined);
});

describe('the times of a source', () => {
  const time = (second: number) => new Date(second * 1000).toISOString();
  const label = { time: time(200), fieldsV1: { 'f:metadata': { 'f:labels': {} } } };

  test('count only field managers of data as writers, so a label leaves a source unmodified', () => {
    const metadata = {
      creationTimestamp: time(50),
      managedFields: [{ time: time(60), fieldsV1: { 'f:data': {} } }, label],
    };
    expect(sourceTimes(metadata)).toEqual({ created: 50, modified: 60, writers: 1 });
    const empty = { creationTimestamp: time(50), managedFields: [label] };
    expect(sourceTimes(empty)).toEqual({ created: 50, modified: 50, writers: 0 });
  });

  test.each([
    ['no field manager', undefined],
    ['an empty list', []],
    ['a manager of nothing', [{}]],
    ['a writer without a time', [{ fieldsV1: { 'f:data': {} } }]],
    ['a writer with a time that is none', [{ time: 'soon', fieldsV1: { 'f:data': {} } }]],
  ])('do not tell edits: %s', (_why, managedFields) => {
    expect(sourceTimes({ creationTimestamp: time(50), managedFields }).modified).toBeUndefined();
  });
});
