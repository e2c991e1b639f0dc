import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { CHART } from './chart.ts';
import { canDocument, chartReadme } from './helm-docs.ts';

const chartFile = (name: string) => readFile(join(CHART, name), 'utf8');

/** The paths that `# --` documents, in dots: those are the values a user sets. */
async function documented(): Promise<string[]> {
  const paths: string[] = [];
  const visit = (node: unknown, path: readonly string[], heading: string) => {
    if (!isMap(node)) {
      expect(heading, `${path.join('.')} has no "# --" comment`).toMatch(/^ -- /m);
      paths.push(path.join('.'));
      return;
    }
    if (/^ -- /m.test(heading)) {
      paths.push(path.join('.'));
      return;
    }
    node.items.forEach(({ key, value }, index) => {
      if (!isScalar(key)) throw new Error('a key that is not a word');
      // The comment of a map's first key is the map's own, as this parser sees it.
      const comment = (index === 0 ? node.commentBefore : undefined) ?? key.commentBefore ?? '';
      visit(value, [...path, String(key.value)], comment);
    });
  };
  visit(parseDocument(await chartFile('values.yaml')).contents, [], '');
  return paths;
}

describe('the chart’s README', () => {
  test('lists every value of values.yaml, each of which is documented where it stands', async () => {
    const listed = [...(await chartFile('README.md')).matchAll(/^\| `([\w.]+)` \|/gm)].map(
      (match) => match[1],
    );

    expect(listed.sort()).toEqual((await documented()).sort());
  });

  test('is what `npm run chart-docs` makes of values.yaml today', async (context) => {
    if (!(await canDocument())) return context.skip('there is no Go to build helm-docs with');
    expect(await chartFile('README.md')).toBe(await chartReadme());
  }, 300_000);
});
