import { describe, expect, test } from 'vitest';
import { chartFile } from './chart.ts';
import { documentedValues } from './documented-values.ts';
import { canDocument, chartReadme } from './helm-docs.ts';

describe('the chart’s README', () => {
  test('lists every value of values.yaml, each of which is documented where it stands', async () => {
    const listed = [...(await chartFile('README.md')).matchAll(/^\| `([\w.]+)` \|/gm)].map(
      (match) => match[1],
    );

    expect(listed.sort()).toEqual((await documentedValues()).sort());
  });

  test('is what `npm run chart-docs` makes of values.yaml today', async (context) => {
    if (!(await canDocument())) return context.skip('there is no Go to build helm-docs with');
    expect(await chartFile('README.md')).toBe(await chartReadme());
  }, 300_000);
});
