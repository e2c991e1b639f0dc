import { expect, test } from 'vitest';
import { copyName } from '../../../src/copies/name.ts';
import { printNote } from '../../../src/copies/note.ts';
import { shortDigest, v1 } from '../../../src/digest/format.ts';
import { COPY_OF } from '../../../src/marks/names.ts';
import type { Usage } from '../../../src/references/usage.ts';
import { ALL_OF_APP } from '../../kit/deployments.ts';
import { KEY } from '../../kit/secret-keys.ts';
import { copyFaults, type MadeCopy } from './copy-content.ts';

const FORMAT = v1(KEY);
const secret: Usage = { kind: 'secret', name: 'db', data: [], binaryData: ['a'], except: [], required: true };

function copyOf(usage: Usage): MadeCopy {
  const held = { a: 'MQ==' };
  const content = usage.kind === 'secret' ? { data: {}, binaryData: held } : { data: held, binaryData: {} };
  const digest = FORMAT.sourceDigest('shop', usage, content);
  return {
    kind: usage.kind,
    namespace: 'shop',
    name: copyName(usage.name, shortDigest(digest)),
    annotations: { [COPY_OF]: printNote(usage, digest) },
    content,
    immutable: true,
  };
}
const config = copyOf(ALL_OF_APP);
const password = copyOf(secret);

test.each<[string, MadeCopy, string | undefined]>([
  ['a copy of a ConfigMap', config, undefined],
  ['a copy of a Secret', password, undefined],
  [
    'a copy of a Secret with an empty value that its type requires',
    { ...password, content: { data: {}, binaryData: { a: 'MQ==', 'tls.crt': '' } } },
    undefined,
  ],
  ['one without a note', { ...config, annotations: {} }, 'no note'],
  ['one that can change', { ...config, immutable: false }, 'not immutable'],
  [
    'one of another content',
    { ...config, content: { data: { a: 'Mg==' }, binaryData: {} } },
    'digest of its note',
  ],
  ['one of another namespace', { ...password, namespace: 'other' }, 'digest of its note'],
  ['one of another name', { ...config, name: 'app-lockstep-0' }, 'name is not that'],
  [
    'one with a key that is not used',
    { ...password, content: { data: {}, binaryData: { a: 'MQ==', b: 'MQ==' } } },
    'more than what is used',
  ],
  [
    'one with a key in the other field',
    { ...config, content: { data: { a: 'MQ==' }, binaryData: { b: 'MQ==' } } },
    'more than what is used',
  ],
])('%s', (_, copy, why) => {
  const faults = copyFaults(copy, FORMAT);
  expect(faults.map(({ rule }) => rule)).toEqual(why === undefined ? [] : ['Own writes']);
  expect(faults[0]?.message ?? '').toContain(why ?? '');
});
