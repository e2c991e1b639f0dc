import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { CHART } from './chart.ts';

/** The text of a file of the chart. */
export const chartFile = (name: string): Promise<string> => readFile(join(CHART, name), 'utf8');

/** The paths that `# --` documents, in dots: those are the values a user sets. */
export async function documented(): Promise<string[]> {
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
