import { describe, expect, test } from 'vitest';
import { chartFile } from '../kit/chart/chart.ts';
import { documentedValues } from './documented-values.ts';
import { canDocument, chartReadme } from './helm-docs.ts';

describe('the chart’s README', () => {
  test('lists every value of values.yaml, and values.yaml documents each of them', async () => {
    const listed = [...(await chartFile('README.md')).matchAll(/^\| `([\w.]+)` \|/gm)].map(
      (match) => match[1],
    );

    expect(listed.sort()).toEqual((await documentedValues()).sort());
  });

  test('is up to date: `npm run chart-docs` generates the same', async (context) => {
    if (!(await canDocument())) return context.skip('Go is needed to build helm-docs');
    expect(await chartFile('README.md')).toBe(await chartReadme());
  }, 300_000);
});
