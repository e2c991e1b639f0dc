import { describe, expect, test } from 'vitest';
import { bring } from '../../src/in-step/bring.ts';
import type { Foresight } from '../../src/in-step/ports.ts';
import { marksOf } from '../../src/marks/marks.ts';
import { sourceId } from '../../src/references/sources.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const APP = { 'configmap/app': { a: '1' } };
const web = (resourceVersion: string, labels: Record<string, string> = {}) => {
  const of = deployment({ labels });
  return viewOf({ ...of, metadata: { ...of.metadata, uid: 'd', resourceVersion } });
};
const target = {
  operation: 'scale',
  kind: DEPLOYMENT,
  namespace: 'shop',
  name: 'web',
  pinNamespace: false,
  signal: new AbortController().signal,
} as const;
const conduct = { dryRun: false, onError: 'allow' } as const;
/** All pods are older than the source: they may differ. */
const EDITED: FoundByPorts = {
  configMaps: APP,
  times: { created: 1, modified: 9, writers: 2 },
  pods: [{ since: 5, firstStart: 6 }],
};

test('a drifted workload is patched on the version that was read', async () => {
  const { deps, asked } = inStepDeps({ ...EDITED, workloads: [web('7')] });
  const brought = await bring(deps, target, conduct);
  expect(brought).toMatchObject({ kind: 'brought', assessment: { decision: { action: 'write' } } });
  expect(asked.filter((line) => /^(read|patch)/.test(line))).toEqual([
    'read deployments shop/web',
    expect.stringMatching(/^patch web 7: \{"configmap\/app":"[0-9a-f]{16}"\}$/),
  ]);
});

test('nothing is written on a dry run, or if the workload does not exist', async () => {
  const dry = inStepDeps({ ...EDITED, workloads: [web('7')] });
  expect(await bring(dry.deps, target, { ...conduct, dryRun: true })).toMatchObject({
    kind: 'brought',
    patched: undefined,
  });
  expect(dry.asked.join()).not.toContain('patch');
  const none = inStepDeps({ ...EDITED, workloads: [undefined] });
  expect(await bring(none.deps, target, conduct)).toEqual({ kind: 'gone' });
});

test('a workload with another uid is not the one that is meant, also if it was made anew meanwhile', async () => {
  const other = inStepDeps({ ...EDITED, workloads: [web('7')] });
  expect(await bring(other.deps, { ...target, uid: 'another' }, conduct)).toEqual({ kind: 'gone' });
  expect(other.asked).toEqual(['read deployments shop/web']);
  const same = inStepDeps({ ...EDITED, workloads: [web('7')] });
  expect(await bring(same.deps, { ...target, uid: 'd' }, conduct)).toMatchObject({ kind: 'brought' });
});

test('another write in between starts it over, on the new version', async () => {
  const { deps, asked } = inStepDeps({ ...EDITED, workloads: [web('7'), web('8')] });
  const results = ['conflict', web('9')] as const;
  let turn = 0;
  const { workloads } = deps;
  const patch: typeof workloads.patch = async (...of) => {
    await workloads.patch(...of);
    turn += 1;
    return results[turn - 1] ?? 'gone';
  };
  const brought = await bring({ ...deps, workloads: { ...workloads, patch } }, target, conduct);
  expect(brought).toMatchObject({
    kind: 'brought',
    read: { metadata: { resourceVersion: '8' } },
    patched: { metadata: { resourceVersion: '9' } },
  });
  expect(asked.filter((line) => line.startsWith('patch')).map((line) => line.slice(0, 11))).toEqual([
    'patch web 7',
    'patch web 8',
  ]);
});

test('a copy that cannot be made because its source has moved starts the assessment over', async () => {
  const { copies, asked: askedOfCopies } = plainCopies({ makes: ['moved', 'there'] });
  const { deps, asked } = inStepDeps(
    { ...EDITED, workloads: [web('7', { 'lockstep.dev/pin': 'enabled' })] },
    { copies },
  );
  const brought = await bring(deps, target, conduct);
  expect(brought).toMatchObject({ assessment: { pinAsked: true, pinnedIds: ['configmap/app'] } });
  expect(askedOfCopies.filter((line) => line.startsWith('make'))).toHaveLength(2);
  expect(asked.filter((line) => line.startsWith('digest'))).toHaveLength(2);
});

/** The Deployment as lockstep leaves it while the ConfigMap holds this. */
async function inStepWith(a: string) {
  const { deps } = inStepDeps({ configMaps: { 'configmap/app': { a } }, workloads: [web('6')] });
  const dry = await bring(deps, target, { ...conduct, dryRun: true });
  if (dry.kind !== 'brought' || dry.assessment.decision.action !== 'write') expect.unreachable();
  const of = withMarks(deployment({}), dry.assessment.decision.marks);
  return viewOf({ ...of, metadata: { ...of.metadata, uid: 'd', resourceVersion: '7' } });
}

describe('sources that were read ahead', () => {
  /** @param early what the ConfigMap held when it was read ahead @param now what it holds now */
  async function bringAhead(workload: Workload | undefined, early: string, now: string) {
    const learnt: string[] = [];
    const ends: number[] = [];
    const ahead = inStepDeps({ configMaps: { 'configmap/app': { a: early } } });
    const live = inStepDeps({
      ...EDITED,
      configMaps: { 'configmap/app': { a: now } },
      workloads: [workload],
    });
    const foresight: Foresight = {
      begin: () => ({ sources: ahead.deps.sources, end: () => void ends.push(1) }),
      learn: ({ name }, sources) => void learnt.push(`${name}: ${sources.map(sourceId).join()}`),
    };
    const brought = await bring({ ...live.deps, foresight }, target, conduct);
    const reason = brought.kind === 'brought' ? brought.assessment.decision.reason : undefined;
    return { reason, asked: live.asked, learnt, ended: ends.length };
  }

  test('show that a workload is in step, and then nothing else is read', async () => {
    const { reason, asked, learnt, ended } = await bringAhead(await inStepWith('1'), '1', '1');
    expect(reason).toBe('in-step');
    expect(asked).toEqual(['read deployments shop/web']);
    expect({ learnt, ended }).toEqual({ learnt: ['web: configmap/app'], ended: 1 });
  });

  test('are forgotten if the workload is gone', async () => {
    const { learnt } = await bringAhead(undefined, '1', '1');
    expect(learnt).toEqual(['web: ']);
  });

  test('never roll a workload back that somebody has brought into step with a newer edit meanwhile', async () => {
    const { reason, asked } = await bringAhead(await inStepWith('2'), '1', '2');
    expect(reason).toBe('in-step');
    expect(asked).toEqual(['read deployments shop/web', 'digest configmap/app']);
  });

  test('of a drifted workload are read again, and it is written with what is there now', async () => {
    const { reason, asked } = await bringAhead(await inStepWith('1'), '2', '3');
    expect(reason).toBe('drifted');
    const marks = await inStepWith('3');
    const sources = marksOf(marks).sources ?? '';
    expect(asked.at(-1)).toBe(`patch web 7: ${sources}`);
  });
});
