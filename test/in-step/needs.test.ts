import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { type Call, gather } from '../../src/in-step/gather.ts';
import { readNeeded, readRestorable } from '../../src/in-step/needs.ts';
import { type Marks, marksOf, marksOfState } from '../../src/marks/marks.ts';
import type { InDoubt } from '../../src/policy/adoption.ts';
import { goodCopy, plainCopies } from '../kit/copies.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const workload = viewOf(deployment({ labels: { 'lockstep.dev/pin': 'enabled' } }));
const { signal } = new AbortController();
const call: Call = { operation: 'scale', workload, before: workload, pinNamespace: false, signal };
const OLD = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const NEW = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());

const PODS = [{ since: 5, firstStart: 6 }];

describe('history', () => {
  /** The adoption that follows from these findings, and what was read for it besides the sources. */
  async function adoption(
    found: FoundByPorts,
    of: readonly string[] = ['configmap/app'],
    inDoubt: InDoubt = 'roll',
  ) {
    const { deps, asked } = inStepDeps({ configMaps: { 'configmap/app': {} }, ...found }, { inDoubt });
    const { facts, used } = await gather(deps, call);
    const read = asked.length;
    const { adoption: answer, ...rest } = await readNeeded(deps, call, used, facts, { needs: 'history', of });
    expect(rest).toEqual(facts);
    return { adoption: answer, asked: asked.slice(read) };
  }

  test('gives a baseline of the live state for this template if all pods certainly hold it', async () => {
    const times = { created: 1, modified: 1, writers: 1 };
    const found = await adoption({ times, pods: PODS });
    expect(found.adoption).toEqual({
      verdict: 'same',
      baseline: expect.stringMatching(
        /^\{"hash":"v1-[0-9a-f]{64}","sources":\{.*\},"template":"[0-9a-f]{16}"\}$/,
      ),
    });
    expect(found.asked).toEqual(['revision', 'times configmap/app', 'pods of uid-of-the-revision']);
  });

  test('names the source that pods may hold different versions of', async () => {
    const times = { created: 1, modified: 9, writers: 2 };
    const found = await adoption({ times, pods: PODS });
    expect(found.adoption).toEqual({ verdict: 'may-differ', source: 'configmap/app' });
    const accepted = await adoption({ times, pods: PODS }, undefined, 'record');
    expect(accepted.adoption).toMatchObject({ ...found.adoption, baseline: expect.any(String) });
  });

  test.each<[string, FoundByPorts]>([
    ['pods', { pods: 'too-many' }],
    ['revisions', { revision: { kind: 'unknown' } }],
  ])('is in doubt if there are too many %s to look at', async (_of, tooMany) => {
    const found = await adoption({ times: { created: 1, modified: 1, writers: 1 }, ...tooMany });
    expect(found.adoption).toEqual({ verdict: 'may-differ', source: 'configmap/app' });
  });

  test('names none if the revision does not exist yet, because pods of an earlier one run', async () => {
    const revision = { kind: 'not-yet' } as const;
    const found = await adoption({ revision }, undefined, 'record');
    expect(found).toEqual({ adoption: { verdict: 'may-differ', source: undefined }, asked: ['revision'] });
  });

  test('tells if there is no pod, which proves nothing', async () => {
    const times = { created: 1, modified: 9, writers: 2 };
    const found = await adoption({ times, pods: [], revision: { kind: 'found', id: 'r' } });
    expect(found.adoption).toEqual({ verdict: 'same', baseline: expect.any(String), withoutPods: true });
  });

  test('is read only for the doubtful sources', async () => {
    const found = await adoption({}, []);
    expect(found.adoption).toMatchObject({ verdict: 'same' });
    expect(found.asked).toEqual([]);
  });
});

describe('copies', () => {
  const marks = marksOfState(OLD, 'configmap/app');
  const NAME = `app-lockstep-${'a'.repeat(16)}`;
  const restorable = (found: Parameters<typeof plainCopies>[0], live = NEW, of = marks) => {
    const { copies, asked } = plainCopies(found);
    return readRestorable({ copies }, call, of, live).then((answer) => ({ answer, asked }));
  };

  test('are available if each exists and has the right content', async () => {
    const found = await restorable({ looks: { [NAME]: goodCopy('configmap/app') } });
    expect(found).toEqual({ answer: true, asked: [`look ${NAME}`] });
  });

  test('are available without a look if the source still has that digest', async () => {
    expect(await restorable({}, OLD)).toEqual({ answer: true, asked: [] });
  });

  test('are not available if one is missing or not a copy, or if the marks do not name them', async () => {
    expect((await restorable({})).answer).toBe(false);
    const unusable = { state: 'unusable', flaw: { is: 'mutable' } } as const;
    expect((await restorable({ looks: { [NAME]: unusable } })).answer).toBe(false);
    const unsaid = await restorable({ looks: { [NAME]: goodCopy('configmap/app') } }, NEW, {
      ...marks,
      sources: '{}',
    });
    expect(unsaid).toEqual({ answer: false, asked: [] });
  });

  test('are not available if they are switched off', async () => {
    expect(await readRestorable({ copies: undefined }, call, marks, OLD)).toBe(false);
  });

  test('are a fact about the request’s marks', async () => {
    const { deps } = inStepDeps({ configMaps: { 'configmap/app': {} } }, { copies: plainCopies().copies });
    const { facts, used } = await gather(deps, call);
    const undone = { ...facts, marks };
    expect(await readNeeded(deps, call, used, undone, { needs: 'copies' })).toEqual({
      ...undone,
      pin: { ...undone.pin, restorable: false },
    });
  });
});

describe('revisions', () => {
  const ofRevision = async (
    pinned: string,
    found: FoundByPorts = {},
    marks: Marks = marksOfState(OLD, pinned),
  ) => {
    const { deps, asked } = inStepDeps({ configMaps: { 'configmap/app': {} }, ...found });
    const copying = { ...deps, copies: plainCopies().copies };
    const { facts, used } = await gather(copying, call);
    const read = asked.length;
    const undone = { ...facts, marks };
    const { pin } = await readNeeded(copying, call, used, undone, { needs: 'revisions' });
    return { answer: pin?.ofRevision, asked: asked.slice(read) };
  };

  test('have the marks, or have them not', async () => {
    const asked = [`revision with ${OLD.hash}`];
    expect(await ofRevision('configmap/app')).toEqual({ answer: true, asked });
    expect(await ofRevision('configmap/app', { hasRevision: false })).toEqual({ answer: false, asked });
  });

  test('have the template, too, if the marks are those from before', async () => {
    const asked = [`revision with ${marksOf(call.workload).hash} and the template`];
    expect(await ofRevision('configmap/app', {}, marksOf(call.workload))).toEqual({ answer: true, asked });
  });

  test('are not read for copies of sources that the template does not refer to', async () => {
    expect(await ofRevision('configmap/app, secret/other')).toEqual({ answer: false, asked: [] });
  });
});
