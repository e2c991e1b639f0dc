import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../lab/control-plane/run.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import { copiesIn, namesIn, PIN, podsIn, readBy, replacePods } from '../../lab/lockstep/pinned.ts';
import { MAIN } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { forKinds, onEach } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scaleUp, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const [K1, K2] = ['a key of the installation, and not a short one', 'another key, made when the first was'];
const lockstep = useLockstep({ flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });

/** Marks are compared in the same way for each kind. `secrets` switches keyed digests on and off for all of them. */
const TRIED = [DEPLOYMENT];

/** Restarts lockstep with these keys, and with keyed or plain digests of ConfigMaps. */
async function restart(digests: 'plain' | 'keyed', ...keys: readonly string[]): Promise<void> {
  const file = join(lockstep().folder, 'keys');
  await writeFile(file, keys.join('\n'), { mode: 0o600 });
  const keyed = ['--key-configmaps', digests === 'keyed' ? 'on' : 'off'];
  const named = keys.length > 0 ? ['--secrets-key-file', file] : [];
  await lockstep().restart(['--pin=on', ...keyed, ...named]);
}

/** The pods use `a` only, so an edit of `b` changes nothing for them. */
const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
    },
  ],
};

async function startWeb(kind: Kind, labels = {}): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  expectSilence(await box.apply(configMap({ a: '1', b: '1' }), kind.web({ podSpec, labels })));
  await box.untilRolledOut();
  return box;
}

const shortDigest = async (box: Sandbox): Promise<string> =>
  JSON.parse((await box.marks()).sources ?? '{}')['configmap/app'];
const PLAIN = /^[0-9a-f]{16}$/;
const KEYED = /^[0-9a-f]{8}-[0-9a-f]{16}$/;

describe('keyed digests of ConfigMaps', () => {
  /** Workloads with a plain and with a keyed digest on record. */
  let boxes: readonly Sandbox[] = [];
  beforeAll(async () => {
    const plain = await forKinds((kind) => startWeb(kind), TRIED);
    await restart('keyed', K1);
    boxes = [...plain, ...(await forKinds((kind) => startWeb(kind), TRIED))];
    // From here on, only the digests know that the pods hold what is live. History does not.
    await laterSecond();
    await onEach(boxes, (box) => box.editConfig({ b: '2' }));
  });

  test('Invariant 4, quiet: switching them on and off, and a new key, restart no pod', async () => {
    const before = await onEach(boxes, (box) => box.marks());
    const digests = await onEach(boxes, shortDigest);
    for (const digest of digests.slice(0, TRIED.length)) expect(digest).toMatch(PLAIN);
    for (const digest of digests.slice(TRIED.length)) expect(digest).toMatch(KEYED);
    for (const switched of ['keyed', 'plain'] as const) {
      await restart(switched, K2, K1);
      await onEach(boxes, async (box) => {
        expectSilence(await scaleUp(box));
        expectSilence(await box.kubectl(['annotate', box.subject, '--overwrite', `n=${switched}`]));
      });
    }
    expect(await onEach(boxes, (box) => box.marks())).toEqual(before);
  });

  test('Invariants 1 and 3: an edit rolls once, whatever is on record', async () => {
    await restart('keyed', K2, K1);
    await onEach(boxes, async (box) => {
      const sets = await setsAfter(box, async () => {
        await box.editConfig({ a: '2' });
        expectWarning(await scaleUp(box), rolls(box));
        expectSilence(await scaleUp(box));
      });
      expect(sets).toBe(1);
    });
    for (const digest of await onEach(boxes, shortDigest)) expect(digest).toMatch(KEYED);
  });

  test('Invariants 3 and 4: plain and keyed marks of inject compare well, and the plain ones are replaced', async () => {
    await restart('keyed', K1);
    const inject = async (...flags: readonly string[]) => {
      const manifests = list(configMap({ a: '1', b: '1' }), web({ podSpec }));
      const of = ['inject', '--namespace', box.namespace, '-f', '-', ...flags];
      return (await run(process.execPath, [MAIN, ...of], { input: manifests })).stdout;
    };
    const box = await lockstep().sandbox();
    const plain = await inject();
    const keyed = await inject('--key-configmaps=on', '--secrets-key-file', join(lockstep().folder, 'keys'));
    await box.kubectl(['apply', '-f', '-'], plain);
    await box.untilRolledOut();
    const written = await box.marks();
    expect(await shortDigest(box)).toMatch(KEYED);
    expect(keyed).toContain(written.hash);
    expect(await setsAfter(box, () => box.kubectl(['apply', '-f', '-'], plain))).toBe(0);
    expect(await setsAfter(box, () => box.kubectl(['apply', '-f', '-'], keyed))).toBe(0);
    expect(await box.marks()).toEqual(written);
  });

  test('without their key, the history of ConfigMaps counts: it restarts no pod, or is not certain', async () => {
    await restart('keyed', K1);
    const pairs = await forKinds((kind) => Promise.all([startWeb(kind), startWeb(kind)]), TRIED);
    await laterSecond();
    await Promise.all(pairs.map(([, edited]) => edited.editConfig({ a: '2' })));
    await restart('plain');
    await Promise.all(
      pairs.map(async ([same, edited]) => {
        expect(await setsAfter(same, async () => expectSilence(await scaleUp(same)))).toBe(0);
        expectWarning(
          await scaleUp(edited),
          `pods of ${edited.subject} may hold different versions of configmap/app: all roll once`,
        );
      }),
    );
  });
});

/** The values of `a` in the objects that the pods read, each once. */
async function answers(box: Sandbox): Promise<readonly (string | undefined)[]> {
  const [copies, pods] = await Promise.all([copiesIn(box), podsIn(box)]);
  const data = new Map(copies.map((copy) => [copy.metadata.name, copy.data?.['a']]));
  return [...new Set(pods.flatMap(({ spec }) => namesIn(spec)).map((name) => data.get(name)))];
}

describe('copies of ConfigMaps', () => {
  test('made with plain digests serve pods and an undo after the switch to keyed ones', async () => {
    await restart('plain', K1);
    const box = await startWeb(DEPLOYMENT, PIN);
    await restart('keyed', K1);
    // New pods read the copy from before, also if it has to be made again.
    const [copy] = await copiesIn(box);
    expect(copy?.metadata.name).toMatch(/^app-lockstep-[0-9a-f]{16}$/);
    await box.kubectl(['delete', 'configmap', copy?.metadata.name ?? '']);
    await replacePods(box);
    expect((await readBy(box)).flat()).toEqual(Array(2).fill(copy?.metadata.name));
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), rolls(box));
    await box.untilRolledOut();
    const keyed = /^app-lockstep-[0-9a-f]{8}-[0-9a-f]{16}$/;
    expect((await readBy(box)).flat().every((name) => keyed.test(name))).toBe(true);
    const sets = await setsAfter(box, async () =>
      expectWarning(
        await box.kubectl(['rollout', 'undo', 'deployment/web']),
        'deployment/web is back at its earlier configuration, and held there',
      ),
    );
    expect(sets).toBe(0);
    expect(await answers(box)).toEqual(['1']);
    expectWarning(await scaleUp(box), 'deployment/web is held at an earlier configuration');
    await box.editConfig({ a: '3' });
    expectWarning(await scaleUp(box), rolls(box));
    await box.untilRolledOut();
    expect(await answers(box)).toEqual(['3']);
  });
});
