import { expect, test } from 'vitest';
import { formatsWith } from '../../src/digest/format.ts';
import { readByHash } from '../../src/in-step/by-hash.ts';
import { readSources } from '../../src/in-step/live-config.ts';
import { references } from '../../src/references/references.ts';
import { deployment } from '../kit/deployments.ts';
import { inStepDeps } from '../kit/ports.ts';
import { OTHER_KEY as NEW, KEY as OLD } from '../kit/secret-keys.ts';

const { deps } = inStepDeps({ configMaps: { 'configmap/app': { a: '1' } } });
const reader = { sources: deps.sources, namespace: 'shop', signal: new AbortController().signal };
const used = references(deployment({}).spec.template);

/** Whether a record that was made under the first formats is recognised under the second ones. */
async function isFound(then: ReturnType<typeof formatsWith>, now: ReturnType<typeof formatsWith>) {
  const { state } = await readSources(reader, then.current.usages(used), then.current);
  const recorded = { hash: state.hash, sources: {}, hashOnly: true };
  const found = await readByHash(reader, now, { recorded, format: now.current }, used);
  return found?.state.hash === state.hash;
}

test('a record with the hash alone is recognised under another key', async () => {
  expect(await isFound(formatsWith([OLD], 'keyed'), formatsWith([NEW, OLD], 'keyed'))).toBe(true);
  expect(await isFound(formatsWith([OLD], 'keyed'), formatsWith([NEW], 'keyed'))).toBe(false);
});

test('a keyed record is recognised after keyed digests are switched off', async () => {
  expect(await isFound(formatsWith([OLD], 'keyed'), formatsWith([OLD], 'plain'))).toBe(true);
});

test('a plain record is not compared while ConfigMaps are digested with a key: it may be a guess', async () => {
  expect(await isFound(formatsWith([OLD], 'plain'), formatsWith([OLD], 'keyed'))).toBe(false);
});
