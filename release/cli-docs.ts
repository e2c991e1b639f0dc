import { writeFile } from 'node:fs/promises';
import { cliMarkdown } from './cli-markdown.ts';

// `npm run cli-docs`
await writeFile(new URL('../docs/cli.md', import.meta.url), cliMarkdown());
