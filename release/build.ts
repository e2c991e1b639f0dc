import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';

const { output } = await bundle(fileURLToPath(new URL('../dist', import.meta.url)));
for (const file of output) {
  const bytes = Buffer.byteLength(file.type === 'chunk' ? file.code : file.source);
  console.log(`dist/${file.fileName}  ${(bytes / 1024).toFixed(0)} KiB`);
}
