import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/in-step/gather.ts';
import type { MarksWriter } from '../../src/in-step/make-copies.ts';
import { prepare } from '../../src/in-step/prepare.ts';
import type { Mode } from '../../src/policy/mode.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const PIN = { 'lockstep.dev/pin': 'enabled' };
const DISABLED = { 'lockstep.dev/inject': 'disabled' };
const configMaps = { 'configmap/app': { a: '1' } };
const web = (labels: Record<string, string> = {}) => {
  const of = deployment({ labels });
  return viewOf({ ...of, metadata: { ...of.metadata, uid: 'd' } });
};

interface Given extends FoundByPorts {
  readonly call?: Partial<Call>;
  readonly dryRun?: boolean;
  readonly writer?: MarksWriter;
  readonly mode?: Mode | undefined;
  readonly clusterMode?: Mode;
}

/** Prepares the create of a Deployment. Returns the judgement, and the calls of the ports. */
async function prepareCall(given: Given) {
  const { call, dryRun = false, writer = 'api-server', mode, clusterMode = 'enforce', ...found } = given;
  const { copies, asked: askedOfCopies } = plainCopies();
  const { deps, asked } = inStepDeps({ configMaps, ...found }, { copies, mode: clusterMode });
  const { signal } = new AbortController();
  const whole = {
    operation: 'create',
    workload: web(),
    before: undefined,
    pinNamespace: false,
    signal,
    ...call,
  } as const;
  const { assessment, observed } = await prepare(deps, whole, { dryRun, onError: 'deny', mode }, writer);
  const { decision, pinAsked } = assessment;
  return { decision: decision.action, reason: decision.reason, pinAsked, observed, asked, askedOfCopies };
}

const make = (owner: string) => [expect.stringMatching(new RegExp(`^make configmap/app .* for ${owner}$`))];

describe('the namespace is looked at', () => {
  test('only if lockstep itself writes something', async () => {
    expect((await prepareCall({})).asked).not.toContain('namespace shop');
    expect((await prepareCall({ dryRun: true, call: { pinNamespace: true } })).asked).not.toContain(
      'namespace shop',
    );
    expect((await prepareCall({ writer: 'lockstep' })).asked).toContain('namespace shop');
    expect((await prepareCall({ call: { workload: web(PIN) } })).asked).toContain('namespace shop');
  });

  test('and nothing is written if it is disabled, whatever the workload and the path say', async () => {
    const namespaceLabels = { ...DISABLED, ...PIN };
    for (const given of [
      { writer: 'lockstep' },
      { call: { workload: web({ ...PIN, 'lockstep.dev/inject': 'enabled' }), pinNamespace: true } },
    ] as const)
      expect(await prepareCall({ ...given, namespaceLabels })).toMatchObject({
        decision: 'leave',
        reason: 'unmanaged',
        askedOfCopies: [],
      });
  });

  test('and no copy is made where it observes, whatever the path says', async () => {
    const observing = { 'lockstep.dev/mode': 'observe' };
    for (const writer of ['lockstep', 'api-server'] as const)
      for (const mode of ['enforce', undefined] as const)
        for (const given of [
          { namespaceLabels: { ...PIN, ...observing } },
          { clusterMode: 'observe' } as const,
        ])
          expect(await prepareCall({ ...given, mode, writer, call: { workload: web(PIN) } })).toMatchObject({
            decision: 'write',
            observed: true,
            askedOfCopies: [],
          });
  });

  test('and nothing is written where the path says that it observes, whatever its label says', async () => {
    const namespaceLabels = { ...PIN, 'lockstep.dev/mode': 'enforce' };
    expect(await prepareCall({ mode: 'observe', namespaceLabels })).toMatchObject({
      decision: 'write',
      observed: true,
      // The judgement is the one that would be carried out.
      pinAsked: true,
      askedOfCopies: [],
    });
  });

  test('and it is let in by its label in a cluster that observes', async () => {
    const namespaceLabels = { ...PIN, 'lockstep.dev/mode': 'enforce' };
    const given = {
      clusterMode: 'observe',
      mode: 'enforce',
      namespaceLabels,
      call: { pinNamespace: true },
    } as const;
    expect(await prepareCall(given)).toMatchObject({
      observed: false,
      askedOfCopies: make('Namespace/shop'),
    });
  });

  test('and no copy is made if the path says that it asks for them, and it does not', async () => {
    expect(await prepareCall({ call: { pinNamespace: true } })).toMatchObject({
      decision: 'write',
      pinAsked: false,
      askedOfCopies: [],
    });
  });

  test('and copies are made if it asks for them, although the path does not say so', async () => {
    const given = { writer: 'lockstep', namespaceLabels: PIN } as const;
    expect(await prepareCall(given)).toMatchObject({ pinAsked: true, askedOfCopies: make('Namespace/shop') });
  });

  test('and a namespace that does not exist is an error', async () => {
    const { deps } = inStepDeps({ configMaps });
    const namespaces = { ...deps.namespaces, read: async () => undefined };
    const { signal } = new AbortController();
    const call = { operation: 'create', workload: web(), before: undefined, pinNamespace: false } as const;
    const conduct = { dryRun: false, onError: 'allow' } as const;
    await expect(
      prepare({ ...deps, namespaces }, { ...call, signal }, conduct, 'lockstep'),
    ).rejects.toMatchObject({ code: 'API_UNEXPECTED' });
  });
});

describe('copies are reserved', () => {
  const call = { operation: 'update', workload: web(PIN), before: web() } as const;

  test('by the workload, if the cluster has it', async () => {
    const { askedOfCopies, asked } = await prepareCall({ call });
    expect(askedOfCopies).toEqual(make('Deployment/web'));
    expect(asked).toContain('exists deployment/web');
  });

  test('by the namespace, if the workload in the review is another one, or does not exist', async () => {
    expect((await prepareCall({ call, exists: false })).askedOfCopies).toEqual(make('Namespace/shop'));
    expect((await prepareCall({ call: { workload: web(PIN) } })).askedOfCopies).toEqual(
      make('Namespace/shop'),
    );
  });
});
