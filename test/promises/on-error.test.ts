import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { forKinds, onEach, SCALED_KINDS } from '../kit/kinds.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

const DENY = { 'lockstep.dev/on-error': 'deny' };
const ALLOW = { 'lockstep.dev/on-error': 'allow' };

/** What a user sees when they scale up. */
async function tryScale({ namespace, kind, subject }: Sandbox, replicas = 5): Promise<CommandResult> {
  const call = kind.scales
    ? ['scale', subject, `--replicas=${replicas}`]
    : ['annotate', '--overwrite', subject, `size=${Math.random()}`];
  return lockstep().cluster.kubectl(['-n', namespace, ...call]);
}

const startWeb = (labels: Readonly<Record<string, string>>): Promise<readonly Sandbox[]> =>
  forKinds(async (kind) => {
    const box = await lockstep().sandbox(labels, kind);
    await box.apply(configMap({ a: '1' }), kind.web());
    return box;
  });

/** Removes lockstep's right to read ConfigMaps. */
async function takeRight(): Promise<void> {
  const resources = ['deployments', 'statefulsets', 'daemonsets'];
  const rules = [{ apiGroups: ['apps'], resources, verbs: ['get', 'patch'] }];
  const patch = JSON.stringify({ rules });
  await lockstep().cluster.kubectlOk(['patch', 'clusterrole', 'lockstep', '--type=merge', '--patch', patch]);
}

/** Waits until the API server knows that the right is removed. */
async function untilTaken(): Promise<void> {
  const probe = await lockstep().sandbox();
  await probe.apply(configMap({ a: '1' }), web());
  await eventually(async () => {
    const { stderr } = await probe.kubectl(['annotate', probe.subject, `n=${Math.random()}`, '--overwrite']);
    return stderr.includes('was not checked');
  });
}

const messageOf = ({ subject }: Sandbox) =>
  `denied the request: ${subject} was not checked: the API server answered 403 to get configmaps: lockstep lacks that right; denied, because its namespace or this cluster sets on-error: deny`;

describe('on an error, while lockstep runs', () => {
  let boxes: Record<'deny' | 'allow' | 'silent', readonly Sandbox[]>;
  beforeAll(async () => {
    boxes = { deny: await startWeb(DENY), allow: await startWeb(ALLOW), silent: await startWeb({}) };
    await takeRight();
    await untilTaken();
  });
  afterAll(() => lockstep().register());

  test('a call in a namespace labelled deny is refused, with the reason', async () => {
    await onEach(boxes.deny, async (box) => {
      const { exitCode, stderr } = await tryScale(box);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain(messageOf(box));
      const annotated = ['-n', box.namespace, 'annotate', box.subject, 'note=1'];
      expect((await lockstep().cluster.kubectl(annotated)).stderr).toContain(messageOf(box));
    });
    const denied = { webhook: 'scale', decision: 'deny', reason: 'api_refused' };
    expect(await lockstep().program().metric('lockstep_reviews_total', denied)).toBe(SCALED_KINDS.length);
  });

  test('a scale-down is not checked, so it is never refused', async () => {
    const scaled = boxes.deny.filter(({ kind }) => kind.scales);
    await onEach(scaled, (box) => scale(box, 1));
  });

  test('a call in any other namespace goes through, with a warning', async () => {
    await onEach([...boxes.allow, ...boxes.silent], async (box) => {
      const { exitCode, stderr } = await tryScale(box);
      expect(exitCode).toBe(0);
      expect(stderr).toContain(`Warning: lockstep: ${box.subject} was not checked`);
    });
  });

  test('with deny for the whole cluster, only calls in namespaces labelled allow go through', async () => {
    await lockstep().restart(['--on-error', 'deny']);
    await lockstep().apply({ onError: 'deny' });
    await takeRight();
    try {
      await onEach(boxes.silent, (box) =>
        eventually(async () => (await scaledTo(box, 6)).includes(messageOf(box))),
      );
      await onEach(boxes.allow, async (box) =>
        expect(await scaledTo(box, 6)).toContain(`Warning: lockstep: ${box.subject} was not checked`),
      );
    } finally {
      await lockstep().restart();
    }
  });
});

async function scaledTo(box: Sandbox, replicas: number): Promise<string> {
  const { stderr } = await tryScale(box, replicas);
  // The next call must be a scale-up again.
  if (box.kind.scales) await scale(box, 1);
  return stderr;
}

describe('on an error, while lockstep is down', () => {
  test('the API server refuses calls in a namespace labelled deny, and lets others through', async () => {
    const [deny, silent] = [await startWeb(DENY), await startWeb({})];
    await lockstep().program().stop('SIGKILL');
    try {
      await onEach(deny, async (box) => {
        const refused = await tryScale(box);
        expect(refused.exitCode).not.toBe(0);
        const webhook = box.kind.scales ? 'scale-deny' : 'template-deny';
        expect(refused.stderr).toContain(`failed calling webhook "${webhook}.lockstep.dev"`);
      });
      await onEach(silent, async (box) => expect((await tryScale(box)).exitCode).toBe(0));
      // The workloads from before grow and shrink as they must: the ceiling is never in the way.
      await onEach(deny, (box) => box.untilRolledOut());
    } finally {
      await lockstep().start();
      await lockstep().register();
    }
  });
});
