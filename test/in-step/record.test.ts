import { describe, expect, test } from 'vitest';
import { configState, formatsWith, v1 } from '../../src/digest/format.ts';
import type { Call } from '../../src/in-step/gather.ts';
import { readRecord } from '../../src/in-step/record.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';
import { KEY } from '../kit/secret-keys.ts';

const OLD = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const HELD = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());
const marked = viewOf(withMarks(deployment({}), marksOfState(OLD)));
const { signal } = new AbortController();
const UPDATE: Call = { operation: 'update', workload: marked, before: marked, pinNamespace: false, signal };

/** The record, and the reads that it took. */
async function read(call: Call, formats = formatsWith(), found: FoundByPorts = {}, hold?: typeof OLD) {
  const { deps, asked } = inStepDeps(found, { formats });
  return { record: await readRecord(deps, call, hold), asked };
}

describe('the record of a workload', () => {
  test('is what its marks say, with the format of the digests, and takes no read', async () => {
    expect(await read(UPDATE)).toMatchObject({ record: { recorded: OLD, kind: 'known' }, asked: [] });
  });

  test('is its hold while that continues', async () => {
    const { record } = await read(UPDATE, formatsWith(), {}, HELD);
    expect(record?.recorded).toEqual(HELD);
  });

  test('is nothing on a create, whatever the request says', async () => {
    const { record } = await read({ ...UPDATE, operation: 'create', before: undefined });
    expect(record).toBeUndefined();
  });
});

describe('a plain record, while ConfigMaps are digested with a key,', () => {
  const keyed = formatsWith([KEY], 'keyed');

  test('counts only if the cluster has it', async () => {
    const { record } = await read(UPDATE, keyed, { workloads: [marked] });
    expect(record?.recorded).toEqual(OLD);
    for (const live of [undefined, viewOf(deployment({}))])
      expect((await read(UPDATE, keyed, { workloads: [live] })).record).toBeUndefined();
  });

  test('takes no read on a scale: the workload comes from the cluster', async () => {
    const { record, asked } = await read({ ...UPDATE, operation: 'scale' }, keyed);
    expect([record?.recorded, asked]).toEqual([OLD, []]);
  });
});
