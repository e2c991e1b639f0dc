import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../src/errors.ts';
import { buildImage } from './build-image.ts';
import { IMAGE_TOOLS, type ImageTool } from './image-tools.ts';

function archiveOf(text: string): string {
  const file = /^docker-archive:(.+)$/.exec(text)?.[1];
  if (file === undefined) throw new InvalidArgumentError('It is docker-archive:FILE.');
  return resolve(file);
}

interface Flags {
  tag?: string;
  base?: string;
  buildBase?: string;
  output?: string;
  npmCache?: string;
  tool?: ImageTool;
}

const command = new Command('npm run image --')
  .description('Builds the container image of lockstep, with buildah or docker.')
  .option('--tag <name:tag>', 'name of the image (default: lockstep:VERSION)')
  .option('--base <image>', 'image to run in (default: the one in the Dockerfile)')
  .option('--build-base <image>', 'image to bundle in (default: the one in the Dockerfile)')
  .option('--output <docker-archive:file>', 'write the image to a file, too', archiveOf)
  .option('--npm-cache <folder>', 'take packages from this cache of npm, without a network (buildah)')
  .addOption(new Option('--tool <name>', 'what to build with (default: what is there)').choices(IMAGE_TOOLS))
  .action(async ({ output, ...rest }: Flags) => {
    console.log(`built ${await buildImage({ ...rest, archive: output })}`);
  });

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
