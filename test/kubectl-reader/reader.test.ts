import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { build } from '../../lab/control-plane/build.ts';
import { findGo } from '../../lab/control-plane/go.ts';
import { stderrProgress } from '../../lab/control-plane/progress.ts';
import { cachedFolder, digestOf } from '../../lab/nodes/cached.ts';
import { ONLY_INJECT_REFUSES, ONLY_KUBECTL_REFUSES, REFUSED, SAME } from '../kit/yaml-shapes.ts';

const DIR = import.meta.dirname;
const SHAPES = [...SAME, ...ONLY_KUBECTL_REFUSES, ...ONLY_INJECT_REFUSES];

const Answers = Type.Array(Type.Object({ documents: Type.Array(Type.Unknown()), failure: Type.String() }));

/** What kubectl's reader makes of these texts, as JSON. */
async function readByKubectl(texts: readonly string[]): Promise<readonly string[]> {
  const folder = await cachedFolder(`kubectl-reader-${await digestOf(DIR)}`, async (made) => {
    const module = { dir: DIR, ldflags: '-s -w' };
    await build({ program: 'reader', package: '.', module, folder: made, progress: stderrProgress() });
  });
  const { stdout } = spawnSync(join(folder, 'reader'), { input: JSON.stringify(texts), encoding: 'utf8' });
  const answers = Value.Parse(Answers, JSON.parse(stdout));
  return answers.map(({ documents, failure }) => (failure === '' ? JSON.stringify(documents) : REFUSED));
}

const canBuild = (await findGo(DIR)) !== undefined || process.env['CI'] !== undefined;

test.skipIf(!canBuild)(
  'the table of shapes has what kubectl’s own reader makes of them',
  async () => {
    const read = await readByKubectl(SHAPES.map(([text]) => text));
    const table = SHAPES.map(([text], i) => [text, read[i]]);
    const normal = (json: string) => (json === REFUSED ? json : JSON.stringify(JSON.parse(json)));
    expect(table).toEqual(SHAPES.map(([text, json]) => [text, normal(json)]));
  },
  180_000,
);
