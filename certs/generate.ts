import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { certificateFiles, writeCertificates } from './files.ts';

const { values } = parseArgs({ options: { force: { type: 'boolean', default: false } } });

const dir = import.meta.dirname;
const files = certificateFiles(dir);
const outcome = await writeCertificates(dir, { force: values.force });

console.log(outcome === 'written' ? 'Wrote' : 'Kept (still valid; --force makes new ones)');
for (const file of Object.values(files)) console.log(`  ${relative(process.cwd(), file)}`);
console.log('\ncaBundle for a webhook configuration:');
console.log((await readFile(files.ca)).toString('base64'));
