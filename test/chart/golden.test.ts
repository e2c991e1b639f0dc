import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GOLDEN_VALUES } from './golden-values.ts';
import { render } from './helm.ts';

// What a change of a template does to what is installed, for a reviewer to read. `npm run chart-golden` rewrites the files.
const FOLDER = fileURLToPath(new URL('golden/', import.meta.url));

describe('the golden renderings', () => {
  // First: Vitest writes a file that is missing, and calls it new.
  test('are one file for each of the golden values', async () => {
    const names = Object.keys(GOLDEN_VALUES).map((name) => `${name}.yaml`);

    expect((await readdir(FOLDER)).sort()).toEqual(names.sort());
  });

  test.each(Object.entries(GOLDEN_VALUES))('are what the chart renders today: %s', async (name, values) => {
    await expect(await render(values)).toMatchFileSnapshot(`${FOLDER}${name}.yaml`);
  });
});
