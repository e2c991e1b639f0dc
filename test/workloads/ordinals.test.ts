import { expect, test } from 'vitest';
import { partitionOrdinal } from '../../src/workloads/ordinals.ts';

test('a partition counts from the first ordinal', () => {
  const from = (partition?: number, start?: number) =>
    partitionOrdinal({
      ...(start !== undefined && { ordinals: { start } }),
      updateStrategy: { rollingUpdate: { partition } },
    });
  expect([from(2), from(2, 0), from(2, 5)]).toEqual([2, 2, 7]);
  expect([from(0, 5), from(undefined, 5), partitionOrdinal({ ordinals: null })]).toEqual([0, 0, 0]);
});
