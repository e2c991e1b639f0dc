import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { unexpectedFieldError } from './errors.ts';

/**
 * A decoder for answers of the API server. It returns the value itself, typed, with its unknown fields.
 * @throws LockstepError API_UNEXPECTED, which names the field but never its value
 */
export function decoder<T extends TSchema>(schema: T, what: string): (body: unknown) => Static<T> {
  const compiled = Compile(schema);
  return (body) => {
    if (compiled.Check(body)) return body;
    const [first] = compiled.Errors(body);
    throw unexpectedFieldError(what, first?.instancePath || '/');
  };
}
