import fc from 'fast-check';
import { v1 } from '../../src/digest/format.ts';
import type { SourceContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY } from './secret-keys.ts';

const format = v1(KEY);

/** The keys of these sources, including names of Object.prototype. */
export const KEYS = ['a', 'b.conf', '__proto__', 'constructor', 'toString'];
const values = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value), { selector: ([of]) => of })
    .map((entries): Record<string, string> => Object.fromEntries(entries));
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const keys = fc.oneof(fc.constant('all' as const), fc.subarray(KEYS.toSorted()));

/** What a source holds. */
export const content = fc.record({ data: values(fc.string({ maxLength: 6 })), binaryData: values(base64) });

/** What a workload uses of the ConfigMap `app`. */
export const configMap: fc.Arbitrary<Usage> = fc.record({
  kind: fc.constant('configmap'),
  name: fc.constant('app'),
  data: keys,
  binaryData: keys,
  except: fc.constant([]),
  required: fc.boolean(),
});
const secret: fc.Arbitrary<Usage> = configMap.map((usage) => ({ ...usage, kind: 'secret', data: [] }));

/** What a workload uses of a ConfigMap or a Secret `app`. */
export const usage = fc.oneof(configMap, secret);

export const digestOf = (of: Usage, holds: SourceContent) => format.sourceDigest('shop', of, holds);

export const isUsed = (of: Usage, field: 'data' | 'binaryData', key: string) =>
  of[field] === 'all' || of[field].includes(key);
