import { describe, expect, test } from 'vitest';
import { LockstepError } from '../../src/errors.ts';
import { assess } from '../../src/in-step/assess.ts';
import type { Call } from '../../src/in-step/gather.ts';
import type { InStepDeps } from '../../src/in-step/ports.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const recorded = `{"configmap/app":"${'a'.repeat(16)}"}`;
const drifted = deployment({
  template: { 'lockstep.dev/config-hash': `v1-${'a'.repeat(64)}`, 'lockstep.dev/config-sources': recorded },
});
const { signal } = new AbortController();

async function remadeIn(
  found: FoundByPorts,
  { overrides = {}, pinNamespace = false }: { overrides?: Partial<InStepDeps>; pinNamespace?: boolean } = {},
) {
  const { deps, asked } = inStepDeps({ configMaps: { 'configmap/app': { a: '2' } }, ...found }, overrides);
  const workload = viewOf({
    ...drifted,
    metadata: { ...drifted.metadata, creationTimestamp: '1970-01-01T00:00:05Z' },
  });
  const call: Call = { operation: 'scale', workload, before: workload, pinNamespace, signal };
  const { assessment } = await assess(deps, call);
  return { remade: assessment.remade, asked };
}
const immutableSince = (since: number) => ({ readings: { 'configmap/app': { immutableSince: since } } });
const pods = [{ since: 8, firstStart: 9 }];

describe('an immutable source that was made anew', () => {
  test('is found by the pods that ran before', async () => {
    expect(await remadeIn({ ...immutableSince(10), pods })).toMatchObject({ remade: ['configmap/app'] });
    expect(await remadeIn({ ...immutableSince(7), pods })).toMatchObject({ remade: [] });
  });

  test('costs no read where a source that moved is not immutable', async () => {
    expect(await remadeIn({ pods })).toEqual({ remade: [], asked: ['digest configmap/app'] });
  });

  test('costs no read where pods read copies', async () => {
    const { copies } = plainCopies();
    const found = await remadeIn(
      { ...immutableSince(10), pods },
      { overrides: { copies }, pinNamespace: true },
    );
    expect(found).toEqual({ remade: [], asked: ['digest configmap/app'] });
  });

  test('is judged by the age of the workload if the pods cannot be read, and no review fails', async () => {
    const { deps } = inStepDeps({});
    const workloads = {
      ...deps.workloads,
      presentRevision: () => Promise.reject(new LockstepError('API_REFUSED', '403')),
    };
    const told = (since: number) => remadeIn(immutableSince(since), { overrides: { workloads } });
    expect([(await told(6)).remade, (await told(4)).remade]).toEqual([['configmap/app'], []]);
    expect(
      (await remadeIn({ ...immutableSince(6), pods: 'too-many', revision: { kind: 'found', id: 'r' } }))
        .remade,
    ).toEqual(['configmap/app']);
  });

  test('keeps a bug a bug', async () => {
    const { deps } = inStepDeps({});
    const workloads = { ...deps.workloads, presentRevision: () => Promise.reject(new TypeError('bug')) };
    await expect(remadeIn(immutableSince(6), { overrides: { workloads } })).rejects.toThrow(TypeError);
  });
});
