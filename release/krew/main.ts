import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSION } from '../../src/version.ts';
import { archiveOf, fileAt, sha256 } from '../archive.ts';
import { PLATFORMS, programName } from '../platforms.ts';
import { archiveName, krewManifest } from './manifest.ts';

// `npm run krew -- --url URL --homepage URL`, after `npm run executable -- --all`
const { values } = parseArgs({ options: { url: { type: 'string' }, homepage: { type: 'string' } } });
const { url, homepage } = values;
if (url === undefined || homepage === undefined)
  throw new Error('--url (where the archives are published) and --homepage are needed');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(ROOT, 'dist', 'krew');
mkdirSync(folder, { recursive: true });

const sums: Record<string, string> = {};
for (const platform of PLATFORMS) {
  const built = join(ROOT, 'dist', 'executables', platform.name);
  const program = programName(platform);
  const archive = archiveOf([
    fileAt(join(built, program), program, true),
    fileAt(join(ROOT, 'LICENSE'), 'LICENSE'),
    fileAt(join(built, 'THIRD-PARTY.txt'), 'THIRD-PARTY.txt'),
    fileAt(join(built, 'sbom.cdx.json'), 'sbom.cdx.json'),
  ]);
  const name = archiveName(platform);
  writeFileSync(join(folder, name), archive);
  sums[name] = sha256(archive);
  console.log(`${sums[name]}  ${name}`);
}
writeFileSync(join(folder, 'lockstep.yaml'), krewManifest({ version: VERSION, url, homepage, sums }));
