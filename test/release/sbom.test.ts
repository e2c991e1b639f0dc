import { expect, test } from 'vitest';
import { bundledSbom, type Sbom } from '../../release/sbom.ts';

const component = (name: string) => ({ 'bom-ref': `${name}@1.0.0`, name, version: '1.0.0' });
const bundled = (name: string) => ({ name, version: '1.0.0', license: 'MIT', folder: `/x/${name}` });

const LISTED: Sbom = {
  bomFormat: 'CycloneDX',
  serialNumber: 'urn:uuid:0',
  metadata: { timestamp: '2026-01-01T00:00:00Z', component: component('folder') },
  components: [component('used'), component('unused'), component('used-by-used')],
  dependencies: [
    { ref: 'folder@1.0.0', dependsOn: ['used@1.0.0', 'unused@1.0.0'] },
    { ref: 'used@1.0.0', dependsOn: ['used-by-used@1.0.0', 'unused@1.0.0'] },
    { ref: 'unused@1.0.0', dependsOn: [] },
    { ref: 'used-by-used@1.0.0', dependsOn: [] },
  ],
};

test('lists the bundled packages and their dependencies, and nothing that differs from run to run', () => {
  expect(bundledSbom(LISTED, 'lockstep', [bundled('used'), bundled('used-by-used')])).toEqual({
    bomFormat: 'CycloneDX',
    metadata: { component: { ...component('folder'), name: 'lockstep' } },
    components: [component('used'), component('used-by-used')],
    dependencies: [
      { ref: 'folder@1.0.0', dependsOn: ['used@1.0.0'] },
      { ref: 'used@1.0.0', dependsOn: ['used-by-used@1.0.0'] },
      { ref: 'used-by-used@1.0.0', dependsOn: [] },
    ],
  });
});

test('a package that is bundled but not listed is an error, not a gap', () => {
  expect(() => bundledSbom(LISTED, 'lockstep', [bundled('used'), bundled('stray')])).toThrow('stray@1.0.0');
});
