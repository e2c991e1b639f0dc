import { expect, test } from 'vitest';
import { missingKeys } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';

const usage = (kind: Usage['kind'], needed: Usage['needed']): Usage => ({
  kind,
  name: 'app',
  data: 'all',
  binaryData: 'all',
  except: [],
  required: true,
  needed,
});
const held = { data: { text: 'a' }, binaryData: { bytes: 'AAE=' } };

// The kubelet takes environment variables from a ConfigMap's `data` only, and files from `binaryData`, too.
test.each<[Usage['kind'], Usage['needed'], string[]]>([
  ['configmap', { env: ['text'], files: ['text', 'bytes'] }, []],
  ['configmap', { env: ['bytes'], files: ['bytes'] }, ['bytes']],
  ['configmap', { env: ['z', 'constructor'], files: ['z', 'y'] }, ['constructor', 'y', 'z']],
  ['configmap', undefined, []],
  ['secret', { env: ['bytes'], files: ['bytes'] }, []],
  ['secret', { env: ['none'], files: [] }, ['none']],
])('of a %s, pods with these needs: %j lack %j', (kind, needed, missing) => {
  const content = kind === 'secret' ? { data: {}, binaryData: held.binaryData } : held;
  expect(missingKeys(usage(kind, needed), content)).toEqual(missing);
});
