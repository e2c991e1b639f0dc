import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART } from '../kit/chart/chart.ts';
import { chartReadme } from './helm-docs.ts';

// `npm run chart-docs`
await writeFile(join(CHART, 'README.md'), await chartReadme());
