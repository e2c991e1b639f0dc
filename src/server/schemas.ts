import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { type Checker, compile } from '../schema.ts';

const COMPILED = new WeakMap<TSchema, Checker<TSchema>>();

/**
 * TypeBox checks the schemas of requests, as everywhere in lockstep. A
 * request fits or is refused; nothing is coerced, dropped or filled in.
 */
export const typeBoxValidator: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  // A webhook has several paths, and one schema. To compile it takes up to 20 ms.
  const compiled = COMPILED.get(schema) ?? compile(schema);
  COMPILED.set(schema, compiled);
  return (value) => (compiled.check(value) ? { value } : { error: compiled.errors(value) });
};

function throwNotUsed(): never {
  throw new Error('TypeBox checks the schemas');
}

/**
 * Keeps Fastify from loading its own validator and serializer. The validator,
 * ajv, needs half a second of processor time and 15 MiB to compile the schemas of
 * a review. The serializer is for answers with a schema, and lockstep has none.
 */
export const withoutAjv = {
  compilersFactory: {
    buildValidator: () => throwNotUsed,
    buildSerializer: () => () => (answer: unknown) => JSON.stringify(answer),
  },
};
