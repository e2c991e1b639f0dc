import fastify from 'fastify';
import { Type } from 'typebox';
import { afterAll, expect, test } from 'vitest';
import { typeBoxValidator, withoutAjv } from '../../src/server/schemas.ts';

const app = fastify({ schemaController: withoutAjv }).setValidatorCompiler(typeBoxValidator);
const body = Type.Object({
  count: Type.Integer(),
  note: Type.Optional(Type.String({ default: 'filled in' })),
});
app.post('/checked', { schema: { body } }, (request) => request.body);
app.post('/free', (request) => request.body);
afterAll(() => app.close());
const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });

test('a valid body is accepted unchanged: nothing is dropped or filled in', async () => {
  const sent = { count: 1, unknown: { a: null } };
  expect((await post('/checked', sent)).json()).toEqual(sent);
});

test('an invalid body is refused: nothing is coerced', async () => {
  const answer = await post('/checked', { count: '1' });
  expect([answer.statusCode, answer.json().message]).toEqual([
    400,
    expect.stringContaining('must be integer'),
  ]);
});

test('without a schema nothing is checked', async () => {
  expect((await post('/free', { count: '1' })).json()).toEqual({ count: '1' });
});
