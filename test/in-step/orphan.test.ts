import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { assess } from '../../src/in-step/assess.ts';
import type { Call } from '../../src/in-step/gather.ts';
import { withOrphan } from '../../src/in-step/orphan.ts';
import type { Orphan } from '../../src/in-step/ports.ts';
import { marksOf, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { printStateOf } from '../../src/marks/records.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const APP = { 'configmap/app': { a: '1' } };
const LIVE = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const { signal } = new AbortController();
const created = (of = deployment({})): Call => ({
  operation: 'create',
  workload: viewOf(of),
  before: undefined,
  pinNamespace: false,
  signal,
});
const orphan = (parts: Partial<Orphan> = {}): Orphan => ({
  id: 'uid-of-the-orphan',
  annotations: {},
  templateAnnotations: {},
  ...parts,
});
const OLD = { times: { created: 1, modified: 1, writers: 1 }, pods: [{ since: 5, firstStart: 6 }] };

async function assessed(call: Call, found: FoundByPorts) {
  const { deps, asked } = inStepDeps({ configMaps: APP, ...found });
  const { assessment } = await assess(deps, call);
  return { ...assessment, asked };
}

describe('a workload that is made again over its pods', () => {
  test('is adopted if all of them hold the live configuration', async () => {
    const { decision, asked } = await assessed(created(), { orphan: orphan(), ...OLD });
    expect(decision).toMatchObject({ action: 'record', reason: 'adopted' });
    expect(asked).toContain('pods of uid-of-the-orphan');
    expect(asked).not.toContain('revision');
  });

  test('gets the marks of its revision, which a manifest lacks', async () => {
    const { decision: first } = await assessed(created(), {});
    if (first.action !== 'write') throw new Error(first.action);
    const templateAnnotations = {
      'lockstep.dev/config-hash': first.marks.hash ?? '',
      'lockstep.dev/config-sources': first.marks.sources ?? '',
    };
    const { decision } = await assessed(created(), { orphan: orphan({ templateAnnotations }) });
    expect(decision).toMatchObject({ reason: 'annotations-restored', marks: first.marks });
  });

  test('rolls if its configuration has changed since', async () => {
    const { hash, sources } = marksOfState(LIVE);
    const templateAnnotations = {
      'lockstep.dev/config-hash': hash ?? '',
      'lockstep.dev/config-sources': sources ?? '',
    };
    const { decision } = await assessed(created(), { orphan: orphan({ templateAnnotations }) });
    expect(decision).toMatchObject({ action: 'write', reason: 'drifted', moved: ['configmap/app'] });
  });
});

describe('what a workload was before', () => {
  test('is nothing if it adopts nothing, and takes no read without configuration or on an update', async () => {
    const { deps, asked } = inStepDeps({});
    expect(await withOrphan(deps, created())).toEqual(created());
    expect(asked).toEqual(['orphan']);
    const plain = created(deployment({ env: [] }));
    const update: Call = { ...created(), operation: 'update', before: viewOf(deployment({})) };
    for (const call of [plain, update]) expect(await withOrphan(deps, call)).toEqual(call);
    expect(asked).toEqual(['orphan']);
  });

  test('has the baseline of its revision, and a hold only if the workload has it, too', async () => {
    const held = printStateOf(LIVE, deployment({}).spec.template);
    const annotations = { 'lockstep.dev/baseline': 'of the revision', 'lockstep.dev/held': held };
    const { deps } = inStepDeps({ orphan: orphan({ annotations }) });
    const marks = async (of: Parameters<typeof created>[0]) => {
      const { before } = await withOrphan(deps, created(of));
      return before && marksOf(before);
    };
    const baseline = 'of the revision';
    expect(await marks(deployment({}))).toEqual({ ...NO_MARKS, baseline });
    const holding = withMarks(deployment({}), { ...NO_MARKS, held });
    expect(await marks(holding)).toEqual({ ...NO_MARKS, baseline, held });
  });
});
