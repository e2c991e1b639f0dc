import { writeFile } from 'node:fs/promises';
import { metricsMarkdown } from './metrics-markdown.ts';

await writeFile(new URL('../docs/metrics.md', import.meta.url), await metricsMarkdown());
