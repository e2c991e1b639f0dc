import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * TypeBox checks what TypeBox describes, here as everywhere in lockstep: what is sent is taken or refused,
 * nothing is coerced, dropped or filled in.
 */
export const checkedByTypeBox: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const compiled = Compile(schema);
  return (value) => (compiled.Check(value) ? { value } : { error: compiled.Errors(value) });
};

function notUsed(): never {
  throw new Error('TypeBox checks the schemas');
}

/**
 * Keeps Fastify from loading its own checker and serializer. The checker, ajv, takes half a second of
 * processor time and 15 MiB to compile the schemas of a review; the serializer is for answers with a
 * schema, of which there are none.
 */
export const withoutAjv = {
  compilersFactory: {
    buildValidator: () => notUsed,
    buildSerializer: () => () => (answer: unknown) => JSON.stringify(answer),
  },
};
