import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { untilRolledOut } from '../lab/control-plane/conditions.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { configMap, web } from '../lab/lockstep/manifests.ts';
import { startCommand } from '../lab/lockstep/program.ts';
import { drawFlames, framesOf } from './flame.ts';
import { connectTo, post, scaleUpOf, updateOf } from './reviews.ts';

/**
 * Where the time of a review goes: flame graphs of an update and of a scale-up in step, into docs/performance/. It runs
 * the source, so that the frames have the names of its functions.
 */
const REVIEWS = 20_000;
/** Until then, V8 has yet to compile what runs often. */
const WARM_UP = 0.5;
const LEAST = 0.003;
const SAMPLE_US = 200;

const FOLDER = join(import.meta.dirname, '..', 'docs', 'performance');
const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  await lockstep.start(['--log-level', 'info']);
  await lockstep.register();
  const box = await lockstep.sandbox();
  const { namespace } = box;
  await box.apply(configMap({ a: '1' }), web());
  await untilRolledOut(cluster, namespace, 'web');
  const object = Object(await box.read('deployments', 'web'));
  await lockstep.program().stop();
  const ca = await readFile(join(folder, 'ca.crt'), 'utf8');

  const reviews = {
    update: ['/admission/template', updateOf(namespace, 'web', object)],
    'scale-up': ['/admission/scale', scaleUpOf(namespace, 'web')],
  } as const;
  await mkdir(FOLDER, { recursive: true });
  for (const [name, [path, body]] of Object.entries(reviews)) {
    const profiles = join(folder, name);
    const node = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-interval=${SAMPLE_US}`];
    const serve = [MAIN, 'serve', '--admin-port', '0', '--host', '127.0.0.1', '--log-level', 'info'];
    const flags = (await lockstep.programFlags(lockstep.port)).filter(
      (flag, i, all) => flag !== '--log-level' && all[i - 1] !== '--log-level',
    );
    const program = await startCommand([process.execPath, ...node, ...serve, ...flags]);
    const client = connectTo(`https://127.0.0.1:${program.port}`, ca);
    for (let i = 0; i < REVIEWS; i += 1) await post(client, path, body);
    await client.close();
    // V8 writes the profile when the program ends.
    await program.stop();
    const [file = ''] = await readdir(profiles);
    const profile = JSON.parse(await readFile(join(profiles, file), 'utf8'));
    const title = `An ${name} in step`.replace('An scale', 'A scale');
    await writeFile(join(FOLDER, `flames-${name}.svg`), drawFlames(title, framesOf(profile, WARM_UP, LEAST)));
  }
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
