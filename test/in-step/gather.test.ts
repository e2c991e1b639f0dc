import { describe, expect, test } from 'vitest';
import { configState, formatsWith, v1 } from '../../src/digest/format.ts';
import { sealOf } from '../../src/digest/seal.ts';
import { type Call, gather } from '../../src/in-step/gather.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import { printStateOf } from '../../src/marks/records.ts';
import { NOT_PINNED } from '../../src/policy/pinning.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { inStepDeps, READING } from '../kit/ports.ts';
import { KEY } from '../kit/secret-keys.ts';

const APP = { 'configmap/app': { a: '1' } };
const OLD = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const INCLUDE_OFF = { secrets: false, include: false, ignore: [], rollOn: OPERATIONS };

function callOf(workload: Deployment, before?: Deployment): Call {
  const of = viewOf(workload);
  const was = before && (before === workload ? of : viewOf(before));
  const operation = !was ? 'create' : was === of ? 'scale' : 'update';
  return { operation, workload: of, before: was, pinNamespace: false, signal: new AbortController().signal };
}

describe('a plain record, while ConfigMaps are digested with a key,', () => {
  const keyed = { formats: formatsWith([KEY], 'keyed') };
  const before = withMarks(deployment({}), marksOfState(OLD));
  const after = withMarks(deployment({ annotations: { round: '2' } }), marksOfState(OLD));

  test('is compared if the cluster has it', async () => {
    const { deps } = inStepDeps({ configMaps: APP, workloads: [viewOf(before)] }, keyed);
    expect((await gather(deps, callOf(after, before))).facts.recorded).toEqual(OLD);
  });

  test('is not compared if the cluster has another: a review may be invented, to test a guess', async () => {
    for (const live of [undefined, viewOf(deployment({}))]) {
      const { deps } = inStepDeps({ configMaps: APP, workloads: [live] }, keyed);
      const { facts } = await gather(deps, callOf(after, before));
      expect(facts.recorded).toBeUndefined();
      expect(facts.liveAsRecorded).toBeUndefined();
    }
  });
});

describe('the configuration of a workload', () => {
  test('is read once for each of its sources, and returned with the record', async () => {
    const { deps, asked } = inStepDeps({ configMaps: APP });
    const marked = withMarks(deployment({}), marksOfState(OLD));
    const { facts, used } = await gather(deps, callOf(marked, marked));
    expect(asked).toEqual(['digest configmap/app']);
    expect(used.map(({ name }) => name)).toEqual(['app']);
    expect(facts).toMatchObject({ operation: 'scale', recorded: OLD, recordedFormat: 'known', rescoped: {} });
    expect(facts.live.sources['configmap/app']).toMatch(/^[0-9a-f]{16}$/);
    expect(facts.liveAsRecorded).toBe(facts.live);
  });

  test('has no record on a create, whatever marks the request contains', async () => {
    const { deps } = inStepDeps({ configMaps: APP });
    const { facts } = await gather(deps, callOf(withMarks(deployment({}), marksOfState(OLD))));
    expect(facts.recorded).toBeUndefined();
    expect(facts.liveAsRecorded).toBeUndefined();
  });

  test('is also read as it counted before if an annotation changes what counts', async () => {
    const { deps, asked } = inStepDeps({ configMaps: APP });
    const before = withMarks(deployment({}), marksOfState(OLD));
    const annotations = { 'lockstep.dev/ignore': 'configmap/app#a' };
    const { facts } = await gather(
      deps,
      callOf(withMarks(deployment({ annotations }), marksOfState(OLD)), before),
    );
    expect(asked).toEqual(['digest configmap/app', 'digest configmap/app']);
    expect(facts.rescoped).toEqual({ 'configmap/app': 'less' });
    expect(facts.liveAsRecorded).not.toEqual(facts.live);
  });

  test('is not compared with the record if the settings before the call were beyond the limits', async () => {
    const { deps, asked } = inStepDeps({ configMaps: APP });
    const ignore = (count: number) => ({
      'lockstep.dev/ignore': Array.from({ length: count }, (_, i) => `configmap/c${i}`).join(','),
    });
    const marked = (count: number) =>
      withMarks(deployment({ annotations: ignore(count) }), marksOfState(OLD));
    const { facts } = await gather(deps, callOf(marked(99), marked(101)));
    expect(asked).toEqual(['digest configmap/app']);
    expect(facts).toMatchObject({
      recorded: OLD,
      liveAsRecorded: undefined,
      rescoped: { 'configmap/app': 'other' },
    });
    const now = gather(deps, callOf(marked(101), marked(99)));
    await expect(now).rejects.toMatchObject({ code: 'WORKLOAD_TOO_LARGE' });
  });

  test('excludes a source that asks not to be counted; a malformed mark is reported', async () => {
    const { deps } = inStepDeps({});
    const ignoring = (digest: string | undefined) => ({
      ...deps,
      sources: { ...deps.sources, digest: async () => ({ ...READING, digest, malformedIgnore: 'maybe' }) },
    });
    const ignored = await gather(ignoring(undefined), callOf(deployment({})));
    expect(ignored.facts.live.sources).toEqual({});
    const counted = await gather(ignoring('b'.repeat(64)), callOf(deployment({})));
    expect(counted.facts.live.sources).toEqual({ 'configmap/app': 'b'.repeat(16) });
    expect(counted.malformedIgnores).toEqual([{ id: 'configmap/app', value: 'maybe' }]);
  });

  test('is read once more as it counted while lockstep.dev/include did, if it differs from its record', async () => {
    const configMaps = { 'configmap/app': { a: '1', b: '1' } };
    const plain = deployment({
      annotations: { 'lockstep.dev/include': 'configmap/app#b' },
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
    });
    const { facts: before } = await gather(inStepDeps({ configMaps }).deps, callOf(plain));
    const marked = withMarks(plain, marksOfState(before.live));
    const { deps, asked } = inStepDeps({ configMaps }, { defaults: INCLUDE_OFF });
    const { facts, problems } = await gather(deps, callOf(marked, marked));
    expect(asked).toEqual(['digest configmap/app', 'digest configmap/app']);
    expect(facts.liveAsRecorded).toEqual(before.live);
    expect(facts.rescoped).toEqual({ 'configmap/app': 'less' });
    expect(problems).toMatchObject([{ annotation: 'lockstep.dev/include', part: 'configmap/app#b' }]);
  });

  test.each([
    ['not held', undefined, { 'secret/db': 'unknown' }],
    ['held', 'held', {}],
  ])(
    'is not comparable of a Secret of which keys were ignored by a pattern: %s',
    async (_, held, rescoped) => {
      const annotations = { 'lockstep.dev/ignore': 'secret/d*#a*', 'lockstep.dev/include': 'secret/db' };
      const plain = withMarks(deployment({ annotations }), marksOfState(OLD));
      const marks = marksOfState(OLD);
      const of =
        held === undefined
          ? plain
          : withMarks(plain, { ...marks, held: printStateOf(OLD, plain.spec.template) });
      const defaults = { ...INCLUDE_OFF, include: true, secrets: true };
      const overrides = { defaults, formats: formatsWith([KEY]), copies: plainCopies().copies };
      const { facts } = await gather(inStepDeps({ configMaps: APP }, overrides).deps, callOf(of, of));
      expect(facts.rescoped).toEqual(rescoped);
    },
  );

  test('includes the parts of its annotations that do not count', async () => {
    const { deps } = inStepDeps({ configMaps: APP });
    const annotations = { 'lockstep.dev/roll-on': 'never' };
    const { problems } = await gather(deps, callOf(deployment({ annotations })));
    expect(problems).toMatchObject([{ annotation: 'lockstep.dev/roll-on', part: 'never' }]);
  });
});

describe('copies', () => {
  const labels = { 'lockstep.dev/pin': 'enabled' };

  test('are pinned at the live state if the workload asks for them', async () => {
    const { deps } = inStepDeps({ configMaps: APP }, { copies: plainCopies().copies });
    const { facts, pinning } = await gather(deps, callOf(deployment({ labels })));
    expect(pinning).toMatchObject({ asked: true, pins: [{ usage: { name: 'app' } }] });
    expect(pinning.pins[0]?.digest.slice(0, 16)).toBe(facts.live.sources['configmap/app']);
    const pinnedText = `configmap/app#${sealOf(pinning.pins[0]?.digest ?? '')}`;
    expect(facts.pin).toMatchObject({ asked: true, pinnedText, held: false });
  });

  test('are none if they are switched off, even if the workload asks for them', async () => {
    const { deps } = inStepDeps({ configMaps: APP });
    const { facts, pinning } = await gather(deps, callOf(deployment({ labels })));
    expect(pinning).toEqual(NOT_PINNED);
    expect(facts.pin).toBeUndefined();
  });

  test('hold a workload: the record is then what it is held against, not what its pods hold', async () => {
    const against = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());
    const marked = withMarks(deployment({ labels }), marksOfState(OLD, 'configmap/app'));
    const marks = marksOfState(OLD, 'configmap/app');
    const held = withMarks(marked, { ...marks, held: printStateOf(against, marked.spec.template) });
    const on = await gather(
      inStepDeps({ configMaps: APP }, { copies: plainCopies().copies }).deps,
      callOf(held, held),
    );
    expect(on.facts).toMatchObject({ recorded: against, pin: { held: true } });
    const off = await gather(inStepDeps({ configMaps: APP }).deps, callOf(held, held));
    expect(off.facts).toMatchObject({ recorded: OLD, pin: undefined });
  });
});
