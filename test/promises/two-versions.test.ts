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
/** Three releases. The first knows only v1, the next reads v2 but writes v1, and the last writes v2. */
type Release = 'old' | 'reads-v2' | 'writes-v2';

const programs = new Map<Release, { program: Program; port: number }>();
let answering: Release = 'old';
let forwarder: Forwarder | undefined;

async function start(release: Release): Promise<void> {
  const port = await freePort();
  const flags = await lockstep().programFlags(port);
  const writes = release === 'writes-v2' ? 'v2' : 'v1';
  const program =
    release === 'old' ? await startProgram(flags) : await startProgram([...flags, '--writes', writes], NEXT);
  programs.set(release, { program, port });
}

/** From now on, this release answers. */
function answerWith(release: Release): void {
  answering = release;
  forwarder?.cut();
}

beforeAll(async () => {
  await lockstep().program().stop();
  await Promise.all((['old', 'reads-v2', 'writes-v2'] as const).map(start));
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
  answerWith(release);
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
    answerWith('writes-v2');
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
  ] as const)(
    '%s, then %s, side by side: writes nothing without a change of configuration',
    async (first, second) => {
      const box = await startedBy(first);
      const before = await box.marks();
      const sets = await box.replicaSets();
      for (const release of [second, first, second, first]) {
        answerWith(release);
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
  test('from one release to the next: each edit rolls once, whichever replica answers', async () => {
    const box = await startedBy('reads-v2');
    const sets = await box.replicaSets();
    for (const [edit, release] of [
      ['2', 'writes-v2'],
      ['3', 'reads-v2'],
      ['4', 'writes-v2'],
    ] as const) {
      await box.editConfig({ a: edit });
      answerWith(release);
      expectWarning(await scale(box), WEB_ROLLS);
      answerWith(release === 'reads-v2' ? 'writes-v2' : 'reads-v2');
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
    answerWith('old');
    const told = 'config-hash of deployment/web has a format that this version does not know: left unchanged';
    expectWarning(await scale(box), told);
    expect(await box.marks()).toEqual(before);
    answerWith('writes-v2');
    expectWarning(await scale(box), WEB_ROLLS);
  });
});
