import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const markdown = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const DOCUMENTS = [
  ...markdown('.'),
  ...markdown('docs'),
  ...markdown('docs/adr'),
  ...markdown('charts/lockstep'),
];
const read = (document: string) => readFileSync(join(ROOT, document), 'utf8');

test.each(DOCUMENTS)('every link of %s leads to a file that exists', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(
    ([, link]) => link ?? [],
  );
  const broken = links.filter(
    (link) => !/^https?:/.test(link) && !existsSync(join(ROOT, dirname(document), link)),
  );
  expect(broken).toEqual([]);
});

/** The anchor of a heading on GitHub: lower case, without punctuation, with hyphens for spaces. */
function anchorsOf(document: string): string[] {
  const headings = [...read(document).matchAll(/^#+ (.*)$/gm)].flatMap(([, text]) => text ?? []);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(DOCUMENTS)('every link of %s to a heading leads to one that exists', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)];
  const broken = links.flatMap(([link, path = '', anchor = '']) => {
    const target = path === '' ? document : join(dirname(document), path);
    return existsSync(join(ROOT, target)) && !anchorsOf(target).includes(anchor) ? link : [];
  });
  expect(broken).toEqual([]);
});

test('the README is short', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test('docs/reference.md names exactly the labels and annotations of lockstep', () => {
  const marks = readdirSync(join(ROOT, 'src/marks')).map((file) => read(join('src/marks', file)));
  const defined = marks.flatMap((text) => text.match(/(?<=')lockstep\.dev\/[\w-]+(?=')/g) ?? []);
  // A label of namespaces that only the selectors of the webhook registration read.
  const known = new Set([...defined, 'lockstep.dev/on-error']);
  expect(defined).not.toEqual([]);
  // Audit annotations are excluded. They have the name of a webhook as prefix: `scale.lockstep.dev/reason`.
  const named = new Set(read('docs/reference.md').match(/(?<![\w.])lockstep\.dev\/[\w-]+/g));
  // `kubectl annotate ... NAME-` removes an annotation.
  const bare = new Set([...named].map((name) => name.replace(/-$/, '')));
  expect([...bare].toSorted()).toEqual([...known].toSorted());
  // Each mark has a section of its own.
  const sections = [...read('docs/reference.md').matchAll(/^### `(.*)`$/gm)].map(([, name]) => name);
  expect(sections.toSorted()).toEqual([...known].toSorted());
});

test.each(markdown('docs/adr'))('%s has a status and a date', (document) => {
  expect(read(document)).toMatch(/^(- )?Status: (accepted|moved to|superseded by)\b/m);
  expect(read(document)).toMatch(/^(- )?Date: \d{4}-\d\d-\d\d$/m);
});

test('every metric that a document names exists', () => {
  const files = readdirSync(join(ROOT, 'src/telemetry')).flatMap((name) =>
    name.endsWith('metrics.ts') ? [`src/telemetry/${name}`] : [],
  );
  const metrics = files.flatMap((file) =>
    [...read(file).matchAll(/name: '(lockstep_\w+)'/g)].flatMap(([, name]) => name ?? []),
  );
  const named = DOCUMENTS.flatMap((document) => read(document).match(/\blockstep_\w+/g) ?? []);
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  expect(named).not.toEqual([]);
  expect(named.filter((name) => !metrics.includes(name) && !metrics.includes(base(name)))).toEqual([]);
});

test.each(DOCUMENTS)('every test that %s names by its path exists', (document) => {
  const named = [...read(document).matchAll(/`(test\/[\w/*.-]+)`/g)].flatMap(([, path]) => path ?? []);
  const missing = named.filter((path) => {
    if (existsSync(join(ROOT, path))) return false;
    // `test/promises/faults-*`, or a file without its extension.
    const start = path.replace(/[*]$/, '');
    const folder = join(ROOT, dirname(path));
    return (
      !existsSync(folder) || !readdirSync(folder).some((file) => join(dirname(path), file).startsWith(start))
    );
  });
  expect(missing).toEqual([]);
});

/** `test/promises/in-step`, `what-counts`: later names are in the folder of the first. */
function testsNamed(cell: string): string[] {
  return cell.split(';').flatMap((group) => {
    const names = [...group.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
    let folder = '';
    return names.map((name) => {
      if (name.startsWith('test/')) folder = dirname(name);
      return name.startsWith('test/') ? name : `${folder}/${name}`;
    });
  });
}

test('every test that the guarantees name exists, and names its invariant', () => {
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => /^\| \*\*\d/.test(line));
  expect(rows).toHaveLength(8);
  for (const row of rows) {
    const cells = row.split('|').map((cell) => cell.trim());
    const invariant = /\*\*\d\. (.*)\*\*/.exec(cells[1] ?? '')?.[1] ?? '';
    const named = testsNamed(cells[4] ?? '');
    const texts = named.map((name) => {
      const folder = dirname(name);
      const files = existsSync(join(ROOT, name))
        ? readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file))
        : readdirSync(join(ROOT, folder))
            .map((file) => join(folder, file))
            .filter((file) => file.startsWith(name.replace('*', '')));
      const tests = files.filter((file) => file.endsWith('.test.ts'));
      expect(tests, name).not.toEqual([]);
      return tests.map(read).join();
    });
    expect(texts.join().toLowerCase()).toContain(invariant.toLowerCase());
  }
});
