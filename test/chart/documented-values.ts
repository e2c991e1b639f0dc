import { expect } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { chartFile } from '../kit/chart/chart.ts';

/** The paths of the values that `# --` documents in values.yaml, with dots: the values that a user sets. */
export async function documentedValues(): Promise<string[]> {
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
      if (!isScalar(key)) throw new Error('a key that is not a scalar');
      // This parser attaches the comment of a map's first key to the map.
      const comment = (index === 0 ? node.commentBefore : undefined) ?? key.commentBefore ?? '';
      visit(value, [...path, String(key.value)], comment);
    });
  };
  visit(parseDocument(await chartFile('values.yaml')).contents, [], '');
  return paths;
}
