import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

const DENY = { 'lockstep.dev/on-error': 'deny' };
const ALLOW = { 'lockstep.dev/on-error': 'allow' };

/** What a user sees when they scale up. */
async function tryScale(box: Sandbox): Promise<{ exitCode: number | null; stderr: string }> {
  return lockstep().cluster.kubectl(['-n', box.namespace, 'scale', 'deployment/web', '--replicas=5']);
}

async function startWeb(labels: Readonly<Record<string, string>>): Promise<Sandbox> {
  const box = await lockstep().sandbox(labels);
  await box.apply(configMap({ a: '1' }), web());
  return box;
}

/** Removes lockstep's right to read ConfigMaps. */
async function takeRight(): Promise<void> {
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }];
  const patch = JSON.stringify({ rules });
  await lockstep().cluster.kubectlOk(['patch', 'clusterrole', 'lockstep', '--type=merge', '--patch', patch]);
}

/** Waits until the API server knows that the right is removed. */
async function untilTaken(): Promise<void> {
  const probe = await startWeb({});
  await eventually(async () => {
    const { stderr } = await probe.kubectl([
      'annotate',
      'deployment/web',
      `n=${Math.random()}`,
      '--overwrite',
    ]);
    return stderr.includes('was not checked');
  });
}

const MESSAGE =
  'denied the request: deployment/web was not checked: the API server answered 403 to get configmaps: lockstep lacks that right; denied, because its namespace or this cluster sets on-error: deny';

describe('on an error, while lockstep runs', () => {
  let boxes: Record<'deny' | 'allow' | 'silent', Sandbox>;
  beforeAll(async () => {
    boxes = { deny: await startWeb(DENY), allow: await startWeb(ALLOW), silent: await startWeb({}) };
    await takeRight();
    await untilTaken();
  });
  afterAll(() => lockstep().register());

  test('a call in a namespace labelled deny is refused, with the reason', async () => {
    const { exitCode, stderr } = await tryScale(boxes.deny);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(MESSAGE);
    const annotated = ['-n', boxes.deny.namespace, 'annotate', 'deployment/web', 'note=1'];
    expect((await lockstep().cluster.kubectl(annotated)).stderr).toContain(MESSAGE);
    const denied = { webhook: 'scale', decision: 'deny', reason: 'api_refused' };
    expect(await lockstep().program().metric('lockstep_reviews_total', denied)).toBeGreaterThan(0);
  });

  test('a scale-down is not checked, so it is never refused', async () => {
    await boxes.deny.kubectl(['scale', 'deployment/web', '--replicas=1']);
  });

  test('a call in any other namespace goes through, with a warning', async () => {
    for (const box of [boxes.allow, boxes.silent]) {
      const { exitCode, stderr } = await tryScale(box);
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Warning: lockstep: deployment/web was not checked');
    }
  });

  test('with deny for the whole cluster, only calls in namespaces labelled allow go through', async () => {
    await lockstep().restart(['--on-error', 'deny']);
    await lockstep().apply({ onError: 'deny' });
    await takeRight();
    try {
      await eventually(async () => (await scaledTo(boxes.silent, 6)).includes(MESSAGE));
      expect(await scaledTo(boxes.allow, 6)).toContain('Warning: lockstep: deployment/web was not checked');
    } finally {
      await lockstep().restart();
    }
  });
});

async function scaledTo(box: Sandbox, replicas: number): Promise<string> {
  const args = ['-n', box.namespace, 'scale', 'deployment/web', `--replicas=${replicas}`];
  const { stderr } = await lockstep().cluster.kubectl(args);
  // The next call must be a scale-up again.
  await box.kubectl(['scale', 'deployment/web', '--replicas=1']);
  return stderr;
}

describe('on an error, while lockstep is down', () => {
  test('the API server refuses calls in a namespace labelled deny, and lets others through', async () => {
    const [deny, silent] = [await startWeb(DENY), await startWeb({})];
    await lockstep().program().stop('SIGKILL');
    try {
      const refused = await tryScale(deny);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr).toContain('failed calling webhook "scale-deny.lockstep.dev"');
      expect((await tryScale(silent)).exitCode).toBe(0);
      // The workloads from before grow and shrink as they must: the ceiling is never in the way.
      await deny.untilRolledOut();
    } finally {
      await lockstep().start();
      await lockstep().register();
    }
  });
});
