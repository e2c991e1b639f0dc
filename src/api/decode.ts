import type { Static, TSchema } from 'typebox';
import { compile } from '../schema.ts';
import { unexpectedFieldError } from './errors.ts';

/**
 * A decoder for answers of the API server. It returns the value itself, typed, with its unknown fields.
 * @throws LockstepError API_UNEXPECTED, which names the field but never its value
 */
export function decoder<T extends TSchema>(schema: T, what: string): (body: unknown) => Static<T> {
  const { check, errors } = compile(schema);
  return (body) => {
    if (check(body)) return body;
    const [first] = errors(body);
    throw unexpectedFieldError(what, first?.instancePath || '/');
  };
}
