import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildExecutables } from './build-executable.ts';
import { ownPlatform, PLATFORMS, platformOf } from './platforms.ts';

// `npm run executable [-- --target linux-x64 | --all]`
const { values } = parseArgs({
  options: { target: { type: 'string', multiple: true }, all: { type: 'boolean', default: false } },
});
const platforms = values.all ? PLATFORMS : (values.target?.map(platformOf) ?? [ownPlatform(process)]);
const folder = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
const paths = await buildExecutables(platforms, {
  output: folder('executables'),
  cache: folder('../node_modules/.cache/lockstep-executables'),
});
for (const path of paths) console.log(`${path}  ${(statSync(path).size / 1024 / 1024).toFixed(0)} MiB`);
if (platforms.some(({ os }) => os === 'darwin'))
  console.log('Sign those for macOS on a Mac: codesign --sign - kubectl-lockstep');
