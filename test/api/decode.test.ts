import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { decoder } from '../../src/api/decode.ts';

const decode = decoder(Type.Object({ metadata: Type.Object({ name: Type.String() }) }), 'a Secret');

test('a body of the expected shape is returned unchanged, with unknown fields', () => {
  const body = { metadata: { name: 'db', uid: 'u' }, data: { password: 'eA==' } };
  expect(decode(body)).toBe(body);
});

test('a body of another shape is an error that names the field and quotes no value', () => {
  const body = { metadata: { name: 5 }, data: { password: 'hunter2' } };
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'API_UNEXPECTED' }));
  expect(() => decode(body)).toThrow('a Secret');
  expect(() => decode(body)).toThrow('/metadata/name');
  expect(() => decode(body)).not.toThrow('hunter2');
});
