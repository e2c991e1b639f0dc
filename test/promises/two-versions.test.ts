import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { type Forwarder, forward } from '../../lab/lockstep/forwarder.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ register: false });
const NEXT = fileURLToPath(new URL('next-version.ts', import.meta.url));
/**
 * Three releases: the first knows only v1, the next reads v2 but writes v1, and the last writes v2. And two
 * settings of one release: both have the key, and one digests ConfigMaps with it.
 */
type Release = 'old' | 'reads-v2' | 'writes-v2' | 'plain' | 'keyed';

const programs = new Map<Release, { program: Program; port: number }>();
let answering: Release = 'old';
let forwarder: Forwarder | undefined;

async function start(release: Release): Promise<void> {
  const port = await freePort();
  const flags = await lockstep().programFlags(port);
  const key = ['--secrets-key-file', join(lockstep().folder, 'keys')];
  const program = await {
    old: () => startProgram(flags),
    'reads-v2': () => startProgram([...flags, '--writes', 'v1'], NEXT),
    'writes-v2': () => startProgram([...flags, '--writes', 'v2'], NEXT),
    plain: () => startProgram([...flags, ...key]),
    keyed: () => startProgram([...flags, ...key, '--key-configmaps', 'on']),
  }[release]();
  programs.set(release, { program, port });
}

/** From now on, this release answers. */
async function answerWith(release: Release): Promise<void> {
  answering = release;
  await forwarder?.cut();
}

beforeAll(async () => {
  await lockstep().program().stop();
  await writeFile(join(lockstep().folder, 'keys'), 'a key of the installation, and not a short one');
  await Promise.all((['old', 'reads-v2', 'writes-v2', 'plain', 'keyed'] as const).map(start));
  forwarder = await forward(lockstep().port, () => {
    const port = programs.get(answering)?.port;
    return port === undefined ? [] : [{ port, open: true }];
  });
  await lockstep().register();
});
afterAll(async () => {
  await Promise.all([...programs.values()].map(({ program }) => program.stop('SIGKILL')));
  await forwarder?.close();
});

let replicas = 2;
const scale = (box: Sandbox) => {
  replicas += 1;
  return box.kubectl(['scale', 'deployment/web', `--replicas=${replicas}`]);
};

async function startedBy(release: Release): Promise<Sandbox> {
  await answerWith(release);
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web());
  await box.untilRolledOut();
  return box;
}

describe('Invariant 4, quiet: an upgrade', () => {
  test('leaves a template in the older format that is in step, and writes drifted ones in the newer', async () => {
    const box = await startedBy('old');
    const before = await box.marks();
    expect(before.hash).toMatch(/^v1-/);
    await answerWith('writes-v2');
    expectSilence(await scale(box));
    expectSilence(await box.kubectl(['annotate', 'deployment/web', 'note=1']));
    expect(await box.marks()).toEqual(before);
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box), WEB_ROLLS);
    expect((await box.marks()).hash).toMatch(/^v2-/);
  });

  test.each([
    ['reads-v2', 'writes-v2'],
    ['writes-v2', 'reads-v2'],
    ['old', 'reads-v2'],
    ['old', 'writes-v2'],
    ['writes-v2', 'old'],
    ['plain', 'keyed'],
    ['keyed', 'plain'],
  ] as const)(
    '%s, then %s, side by side: writes nothing without a change of configuration',
    async (first, second) => {
      const box = await startedBy(first);
      const before = await box.marks();
      const sets = await box.replicaSets();
      for (const release of [second, first, second, first]) {
        await answerWith(release);
        await scale(box);
        await box.kubectl(['annotate', 'deployment/web', '--overwrite', `note=${release}`]);
        expect(await box.marks()).toEqual(before);
      }
      await box.untilRolledOut();
      expect(createdObjects(sets.events)).toEqual([]);
      await sets.stop();
    },
  );
});

describe('Invariants 1 and 3: an upgrade', () => {
  test.each([
    ['from one release to the next', 'reads-v2', 'writes-v2'],
    ['to keyed digests of ConfigMaps', 'plain', 'keyed'],
  ] as const)('%s: each edit rolls once, whichever replica answers', async (_, before, after) => {
    const box = await startedBy(before);
    const sets = await box.replicaSets();
    for (const [edit, release, other] of [
      ['2', after, before],
      ['3', before, after],
      ['4', after, before],
    ] as const) {
      await box.editConfig({ a: edit });
      await answerWith(release);
      expectWarning(await scale(box), WEB_ROLLS);
      await answerWith(other);
      expectSilence(await scale(box));
      await box.untilRolledOut();
    }
    expect(createdObjects(sets.events)).toHaveLength(3);
    await sets.stop();
  });

  test('that skips a release: the older replica leaves an unknown format, with a warning', async () => {
    const box = await startedBy('writes-v2');
    const before = await box.marks();
    await box.editConfig({ a: '2' });
    await answerWith('old');
    const told = 'config-hash of deployment/web has a format that this version does not know: left unchanged';
    expectWarning(await scale(box), told);
    expect(await box.marks()).toEqual(before);
    await answerWith('writes-v2');
    expectWarning(await scale(box), WEB_ROLLS);
  });
});
