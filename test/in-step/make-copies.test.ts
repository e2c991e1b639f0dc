import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import { assess } from '../../src/in-step/assess.ts';
import type { Call } from '../../src/in-step/gather.ts';
import { makeCopies } from '../../src/in-step/make-copies.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import type { OnError } from '../../src/policy/on-error.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { type FoundCopies, goodCopy, plainCopies } from '../kit/copies.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { inStepDeps } from '../kit/ports.ts';

const PIN = { 'lockstep.dev/pin': 'enabled' };
const found = { configMaps: { 'configmap/app': { a: '1' } } };
const { signal } = new AbortController();
const web = (of: Deployment) => viewOf({ ...of, metadata: { ...of.metadata, uid: 'd' } });
const pinned = deployment({ labels: PIN });
const marked = (digit: string) =>
  withMarks(
    pinned,
    marksOfState(configState(new Map([['configmap/app', digit.repeat(64)]]), v1()), 'configmap/app'),
  );
const LOST = new LockstepError(
  'COPY_UNUSABLE',
  'configmap/x is not the copy that lockstep made: x. Delete it',
);

/**
 * Makes the copies of a call. Returns the result, and the calls of the ports after the assessment of the
 * workload.
 */
async function makeAndRecord(of: Partial<Call>, copies: FoundCopies = {}, onError: OnError = 'allow') {
  const workload = web(pinned);
  const call = {
    operation: 'create',
    workload,
    before: undefined,
    pinNamespace: false,
    signal,
    ...of,
  } as const;
  const port = plainCopies(copies);
  const assessed = await assess(inStepDeps(found, { copies: port.copies }).deps, call);
  const before = port.asked.length;
  const result = await makeCopies(port.copies, call, assessed, onError);
  return { ...result, asked: port.asked.slice(before) };
}

describe('the copies that a template has to name', () => {
  test('are made from the live state; on a create the namespace reserves them', async () => {
    const { asked, ...result } = await makeAndRecord({});
    expect(result).toEqual({ kind: 'made', warnings: [] });
    expect(asked).toEqual([expect.stringMatching(/^make configmap\/app [0-9a-f]{8} for the namespace$/)]);
  });

  test('are reserved by the workload if it exists', async () => {
    const call = { operation: 'scale', workload: web(marked('a')), before: web(marked('a')) } as const;
    const { asked } = await makeAndRecord(call);
    expect(asked).toEqual([expect.stringMatching(/ for Deployment\/web$/)]);
  });

  test('of an undo are reserved unchanged', async () => {
    const name = `app-lockstep-${'a'.repeat(16)}`;
    const undo = { operation: 'update', workload: web(marked('a')), before: web(marked('b')) } as const;
    const looks = { [name]: goodCopy('configmap/app') };
    expect(await makeAndRecord(undo, { looks })).toEqual({
      kind: 'made',
      warnings: [],
      asked: [`reserve ${name} for Deployment/web`],
    });
    expect(await makeAndRecord(undo, { looks, reserves: 'gone' })).toMatchObject({ kind: 'moved' });
  });

  test('are none if the workload asks for none', async () => {
    expect((await makeAndRecord({ workload: web(deployment({})) })).asked).toEqual([]);
  });

  test('are none if the template does not change, because it names them already', async () => {
    const { deps } = inStepDeps(found, { copies: plainCopies().copies });
    const create = { operation: 'create', workload: web(pinned), before: undefined } as const;
    const { decision } = (await assess(deps, { ...create, pinNamespace: false, signal })).assessment;
    if (decision.action !== 'write') throw new Error('not written');
    const inStep = web(withMarks(pinned, decision.marks));
    expect((await makeAndRecord({ operation: 'scale', workload: inStep, before: inStep })).asked).toEqual([]);
  });

  test('are not made if the source has moved since, so that it is assessed again', async () => {
    expect(await makeAndRecord({}, { makes: ['moved'] })).toMatchObject({ kind: 'moved' });
  });
});

describe('a copy that cannot be made', () => {
  test('causes a warning, and the marks are still right', async () => {
    expect(await makeAndRecord({}, { makes: [LOST] })).toMatchObject({
      kind: 'made',
      warnings: [`pods of deployment/web may start on live configuration: ${LOST.message}`],
    });
  });

  test('refuses the call if errors have to refuse calls', async () => {
    await expect(makeAndRecord({}, { makes: [LOST] }, 'deny')).rejects.toBe(LOST);
  });

  test('is not assumed for a bug, which is thrown', async () => {
    await expect(makeAndRecord({}, { makes: [new TypeError('x')] })).rejects.toThrow(TypeError);
  });
});
