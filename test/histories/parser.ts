import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * Parsers of the API server's answers in a history. A parser returns the object, or undefined if the answer
 * is none.
 */
export function parser<T extends TSchema>(schema: T): (value: unknown) => Static<T> | undefined {
  const compiled = Compile(schema);
  return (value) => (compiled.Check(value) ? value : undefined);
}
