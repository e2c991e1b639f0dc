import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsMarkdown } from '../release/metrics-markdown.ts';

test('docs/metrics.md is what `npm run metrics-docs` makes of the metrics today', async () => {
  const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8');
  expect(page).toBe(await metricsMarkdown());
  expect(page).toContain('| `lockstep_reviews_total` | counter |');
});
