import { describe, expect, test } from 'vitest';
import { type ConfigState, v1 } from '../../src/digest/format.ts';
import { type Reader, readAsRecorded, readBoth, readSources } from '../../src/in-step/live-config.ts';
import type { Sources } from '../../src/in-step/ports.ts';
import { READS_AT_ONCE } from '../../src/references/limits.ts';
import type { Reference } from '../../src/references/references.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { inStepDeps, READING } from '../kit/ports.ts';
import { KEY } from '../kit/secret-keys.ts';

const referenceTo = (name: string, ...keys: string[]): Reference => ({
  kind: 'configmap',
  name,
  keys,
  except: [],
  via: 'env',
  optional: false,
  needed: keys,
  where: 'here',
});
/** `a` counts now. `b`, and the ConfigMap `more`, counted, too, when the record was made. */
const NOW = [referenceTo('app', 'a')];
const FORMER = [...NOW, referenceTo('app', 'b'), referenceTo('more', 'x')];
const THEN = { 'configmap/app': { a: '1', b: '1' }, 'configmap/more': { x: '1' } };
const format = v1();

type ConfigMaps = Readonly<Record<string, Readonly<Record<string, string>>>>;

function readerOf(configMaps: ConfigMaps): Reader & { readonly asked: string[] } {
  const { deps, asked } = inStepDeps({ configMaps });
  return { sources: deps.sources, namespace: 'shop', signal: new AbortController().signal, asked };
}

const stateOf = async (configMaps: ConfigMaps, of: readonly Reference[]): Promise<ConfigState> =>
  (await readSources(readerOf(configMaps), format.usages(of), format)).state;

async function asRecorded(recorded: ConfigState, configMaps: ConfigMaps) {
  const reader = readerOf(configMaps);
  const asBefore = await readSources(readerOf(configMaps), format.usages(NOW), format);
  const found = await readAsRecorded(
    reader,
    { recorded, format },
    { asBefore, references: NOW, former: FORMER },
  );
  return { ...found, asked: reader.asked };
}

describe('live configuration as a record covers it', () => {
  test('covers what counted then, if the record was made then and still holds', async () => {
    const recorded = await stateOf(THEN, FORMER);
    const { state, references, asked } = await asRecorded(recorded, THEN);
    expect(state.sources['configmap/app']).toBe(recorded.sources['configmap/app']);
    expect(references).toEqual([referenceTo('app', 'a'), referenceTo('app', 'b')]);
    expect(asked).toEqual(['digest configmap/app']);
  });

  test('covers what counts now, if the record was made now, and reads nothing more', async () => {
    const recorded = await stateOf(THEN, NOW);
    const { state, references, asked } = await asRecorded(recorded, THEN);
    expect(state).toEqual(recorded);
    expect(references).toBe(NOW);
    expect(asked).toEqual([]);
  });

  test.each([
    ['what counts now', { a: '2', b: '1' }],
    ['what counted then', { a: '1', b: '2' }],
  ])('differs from a record after an edit of %s', async (_, app) => {
    const recorded = await stateOf(THEN, FORMER);
    const { state, references } = await asRecorded(recorded, { ...THEN, 'configmap/app': app });
    expect(state.sources['configmap/app']).not.toBe(recorded.sources['configmap/app']);
    expect(references).toBe(NOW);
  });
});

const used = Array.from({ length: 50 }, (_, i) => ({ ...ALL_OF_APP, name: `c${i}` }));

test('a source that is wanted in two formats is read for both at once, and few sources are at a time', async () => {
  const [plain, keyed] = [v1(), v1(KEY)];
  const running: string[] = [];
  let most = 0;
  const digest: Sources['digest'] = async (_namespace, { name }, format) => {
    running.push(name);
    most = Math.max(most, new Set(running).size);
    await new Promise((resolve) => setImmediate(resolve));
    const both = running.filter((each) => each === name).length;
    running.splice(running.indexOf(name), 1);
    const digest = `${both}${format === plain ? 'a' : 'b'}`.padEnd(64, '0');
    return { ...READING, digest };
  };
  const sources = { digest, times: () => Promise.resolve(undefined) };
  const reader = { sources, namespace: 'shop', signal: new AbortController().signal };
  const { live, asBefore } = await readBoth(reader, { used, format: plain }, { used, format: keyed });
  expect(most).toBe(READS_AT_ONCE);
  expect([...live.digests.keys()]).toEqual(used.map(({ name }) => `configmap/${name}`));
  expect(live.digests.get('configmap/c49')).toMatch(/^2a/);
  expect(asBefore?.digests.get('configmap/c49')).toMatch(/^1b/);
});
