import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { render } from '../kit/chart/helm.ts';
import { GOLDEN_VALUES } from './golden-values.ts';

// Whole documents, so that a reviewer sees what a change of a template installs. `npm run chart-golden`
// rewrites the files. They hold every field. The other tests hold what has a reason beyond "as it was": a
// rule, a promise, a relation of values.
const FOLDER = fileURLToPath(new URL('golden/', import.meta.url));

describe('the golden renderings', () => {
  // First, because Vitest writes a file that is missing and counts it as new.
  test.skipIf(process.env['LOCKSTEP_CHART_GOLDEN'] === 'write')(
    'are one file for each of the golden values',
    async () => {
      const names = Object.keys(GOLDEN_VALUES).map((name) => `${name}.yaml`);

      expect((await readdir(FOLDER)).sort()).toEqual(names.sort());
    },
  );

  test.each(Object.entries(GOLDEN_VALUES))('are what the chart renders today: %s', async (name, values) => {
    await expect(await render(values)).toMatchFileSnapshot(`${FOLDER}${name}.yaml`);
  });
});
