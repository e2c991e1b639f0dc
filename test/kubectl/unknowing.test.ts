import { expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { parseKeys } from '../../src/digest/secret-keys.ts';
import { unknowingFormats } from '../../src/kubectl/unknowing.ts';
import type { SourceKind } from '../../src/references/sources.ts';
import type { Usage } from '../../src/references/usage.ts';

const keys = parseKeys('a key of the installation, and not a short one');
const [key] = keys.kind === 'keys' ? keys.keys : [];
const format = v1(key);
const usage = (kind: SourceKind): Usage => ({
  kind,
  name: 'app',
  data: 'all',
  binaryData: 'all',
  except: [],
  required: true,
});
const contentOf = (a: string) => ({ data: { a }, binaryData: {} });

/** What a server with the key records of a ConfigMap and a Secret. */
function recordOf(configMap: string, secret: string) {
  const digests = new Map<string, string>();
  for (const [kind, a] of [
    ['configmap', configMap],
    ['secret', secret],
  ] as const)
    digests.set(`${kind}/app`, format.sourceDigest('shop', usage(kind), contentOf(a)));
  return configState(digests, format);
}

/** The state that a place without the key computes. */
function stateHere(recorded: ReturnType<typeof recordOf>, configMap: string) {
  const { formats, unknown } = unknowingFormats(recorded, ['secret']);
  const digests = new Map(
    (['configmap', 'secret'] as const).map((kind) => [
      `${kind}/app`,
      formats.current.sourceDigest('shop', usage(kind), contentOf(configMap)),
    ]),
  );
  return { state: configState(digests, formats.current), unknown: [...unknown] };
}

test('a source that needs the key counts as its record says, and is told of', () => {
  const recorded = recordOf('1', 's');
  expect(stateHere(recorded, '1')).toEqual({ state: recorded, unknown: ['secret/app'] });
});

test('a ConfigMap that has changed still shows', () => {
  const recorded = recordOf('1', 's');
  const { state } = stateHere(recorded, '2');
  expect(state.hash).not.toBe(recorded.hash);
  expect(state.sources['secret/app']).toBe(recorded.sources['secret/app']);
  expect(state.sources['configmap/app']).not.toBe(recorded.sources['configmap/app']);
});

test('nothing on record: the digest is none that a server could have made', () => {
  const { formats, unknown } = unknowingFormats(undefined, ['secret']);
  const digest = formats.current.sourceDigest('shop', usage('secret'), contentOf('s'));
  expect(digest).not.toMatch(/[0-9a-f]{16}$/);
  expect([...unknown]).toEqual(['secret/app']);
  expect(formats.known).toHaveLength(2);
});
