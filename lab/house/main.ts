/**
 * `npm run house`: writes the linter's rules for rooms, and the picture of the imports in
 * docs/architecture.md.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ARCHITECTURE, BIOME, withOverrides, withPicture } from './written.ts';

writeFileSync(BIOME, withOverrides(readFileSync(BIOME, 'utf8')));
execFileSync('biome', ['format', '--write', BIOME], { stdio: 'inherit' });
writeFileSync(ARCHITECTURE, withPicture(readFileSync(ARCHITECTURE, 'utf8')));
