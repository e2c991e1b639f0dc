import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import { assess } from '../../src/in-step/assess.ts';
import type { Call } from '../../src/in-step/gather.ts';
import {
  copiesToReserve,
  type MarksWriter,
  makeCopies,
  readReservingWorkload,
} from '../../src/in-step/make-copies.ts';
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
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd' };
  const reservation = { copies: copiesToReserve(call, assessed), owner, onError };
  const result = await makeCopies(port.copies, call, assessed, reservation);
  return { ...result, asked: port.asked.slice(before) };
}

describe('the copies that a template has to name', () => {
  test('are made from the live state, and reserved by their owner', async () => {
    const { asked, ...result } = await makeAndRecord({});
    expect(result).toEqual({ kind: 'made', warnings: [] });
    expect(asked).toEqual([expect.stringMatching(/^make configmap\/app [0-9a-f]{8} for Deployment\/web$/)]);
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

describe('the workload that reserves copies', () => {
  const read = async (of: Partial<Call>, writer: MarksWriter, exists = true) => {
    const { deps, asked } = inStepDeps({ exists });
    const call = { operation: 'update', workload: web(pinned), before: web(pinned), ...of } as const;
    const owner = await readReservingWorkload(deps, { ...call, pinNamespace: false, signal }, writer);
    return { owner: owner && `${owner.kind}/${owner.name} ${owner.uid}`, asked };
  };

  test('of a review is one that the cluster has', async () => {
    expect(await read({}, 'api-server')).toEqual({
      owner: 'Deployment/web d',
      asked: ['exists deployment/web'],
    });
    expect(await read({}, 'api-server', false)).toMatchObject({ owner: undefined });
  });

  test('is read once more only if a review brought it', async () => {
    expect(await read({}, 'lockstep')).toEqual({ owner: 'Deployment/web d', asked: [] });
  });

  test('is none on a create', async () => {
    expect(await read({ before: undefined }, 'api-server')).toEqual({ owner: undefined, asked: [] });
    expect(await read({ before: viewOf(pinned) }, 'api-server')).toEqual({ owner: undefined, asked: [] });
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
