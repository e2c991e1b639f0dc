import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../control-plane/build.ts';
import { stderrProgress } from '../control-plane/progress.ts';
import { buildahIn } from './buildah.ts';
import { cachedFolder, digestOf } from './cached.ts';
import { PAUSE_IMAGE } from './node-files.ts';

const SOURCE = join(import.meta.dirname, 'app');

/** The image of a program that reads its environment once and answers it over HTTP: see app/main.go. */
export const APP_IMAGE = 'localhost/app:1';
/** The same image under another name. To a Deployment, it is a new version. */
export const NEXT_APP_IMAGE = 'localhost/app:2';

/** The same program in an image that has a `cat`. The first one has nothing but the program. */
export const APP_WITH_CAT_IMAGE = 'localhost/app-with-cat:1';

/** Archives of the images that every node has. */
export async function appImages(): Promise<readonly string[]> {
  const folder = await cachedFolder(`node-app-${await digestOf(SOURCE)}`, fill);
  return Object.keys(TARGETS).map((name) => join(folder, `${name}.tar`));
}

const TARGETS = {
  app: { tag: APP_IMAGE, target: 'app' },
  next: { tag: NEXT_APP_IMAGE, target: 'app' },
  withCat: { tag: APP_WITH_CAT_IMAGE, target: 'with-cat' },
  pause: { tag: PAUSE_IMAGE, target: 'pause' },
} as const;

async function fill(folder: string, scratch: string): Promise<void> {
  const module = { dir: SOURCE, ldflags: '-s -w' };
  await build({ program: 'app', package: '.', module, folder, progress: stderrProgress() });
  await cp(join(SOURCE, 'Dockerfile'), join(folder, 'Dockerfile'));
  const buildah = await buildahIn(scratch);
  for (const [name, { tag, target }] of Object.entries(TARGETS)) {
    await buildah.build({ tag, target, context: folder });
    await buildah.save(tag, join(folder, `${name}.tar`));
  }
}
