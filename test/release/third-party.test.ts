import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packagesOf } from '../../release/packages.ts';
import { thirdPartyText } from '../../release/third-party.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockstep-third-party-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Creates a package in a node_modules folder. Returns the path of its module. */
function install(path: string, manifest: object, files: Readonly<Record<string, string>>): string {
  const all = { ...files, 'package.json': JSON.stringify(manifest), 'lib/index.js': '' };
  for (const [file, text] of Object.entries(all)) {
    const place = join(root, path, file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  return join(root, path, 'lib/index.js');
}

test('it has licences and notices of the modules’ packages, including nested and scoped ones', () => {
  const modules = [
    install('node_modules/a', { name: 'a', version: '1.0.0', license: 'MIT' }, { LICENSE: 'MIT, A\n' }),
    install(
      'node_modules/a/node_modules/@s/b',
      { name: '@s/b', version: '2.0.0', license: 'Apache-2.0' },
      { 'license.md': 'Apache, B', NOTICE: 'B is by B' },
    ),
    join(root, 'src/main.ts'),
  ];
  const text = thirdPartyText(packagesOf(modules));
  expect(text).toMatch(/\n@s\/b@2\.0\.0 \(Apache-2\.0\)\n\nB is by B\n\nApache, B\n/);
  expect(text).toMatch(/\na@1\.0\.0 \(MIT\)\n\nMIT, A\n/);
  expect(text.match(/^-{80}$/gm)).toHaveLength(2);
});

test('a README replaces a missing licence file if it contains the licence', () => {
  const path = install(
    'node_modules/a',
    { name: 'a', version: '1.0.0', license: 'MIT' },
    {
      'Readme.md': '## License\nMIT',
    },
  );
  expect(thirdPartyText(packagesOf([path]))).toContain('## License\nMIT');
});

test('a package without any text, or without a licence, stops the build', () => {
  const silent = install('node_modules/a', { name: 'a', version: '1.0.0', license: 'MIT' }, {});
  expect(() => thirdPartyText(packagesOf([silent]))).toThrow('a@1.0.0 (MIT) has no licence file');
  const free = install('node_modules/b', { name: 'b', version: '1.0.0' }, { LICENSE: 'x' });
  expect(() => packagesOf([free])).toThrow();
});
