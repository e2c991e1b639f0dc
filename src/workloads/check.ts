import type { Static, TSchema } from 'typebox';
import { compile } from '../schema.ts';

/** A place in a value that does not fit the schema. */
export interface Misfit {
  /** A JSON pointer. */
  readonly pointer: string;
  /** Why: `must be string`. It quotes no value. */
  readonly message: string;
}

/** The result of a check by a schema: the typed value, or what does not fit. */
export type Checked<T> =
  | { readonly kind: 'checked'; readonly object: T }
  | {
      readonly kind: 'wrong';
      readonly first: Misfit;
      /** The misfit that lies deepest in the value. Usually it is what the user has to change. */
      readonly deepest: Misfit;
    };

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
}

const toMisfit = (error: SchemaError | undefined): Misfit => ({
  pointer: error?.instancePath ?? '',
  message: error?.message ?? 'is not as expected',
});

function deepestOf(errors: readonly SchemaError[]): SchemaError | undefined {
  // A field that may be null is an anyOf. The error of the anyOf itself tells the user nothing. Neither does
  // the error that the value is not null.
  const telling = errors.filter(({ keyword, message }) => keyword !== 'anyOf' && message !== 'must be null');
  const depth = ({ instancePath }: SchemaError) => instancePath.split('/').length;
  return telling.toSorted((a, b) => depth(b) - depth(a))[0];
}

/** A function that checks values by a schema. It keeps unknown fields. */
export function checkOf<T extends TSchema>(schema: T): (body: unknown) => Checked<Static<T>> {
  const { check, errors: errorsOf } = compile(schema);
  return (body) => {
    if (check(body)) return { kind: 'checked', object: body };
    const errors = errorsOf(body);
    return { kind: 'wrong', first: toMisfit(errors[0]), deepest: toMisfit(deepestOf(errors)) };
  };
}
