import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Something that does not fit a schema. */
export interface Misfit {
  /** A JSON pointer. */
  readonly pointer: string;
  /** Why: `must be string`. It quotes no value. */
  readonly message: string;
}

/** What a schema says of a value: the value itself, typed, or what does not fit. */
export type Checked<T> =
  | { readonly kind: 'checked'; readonly object: T }
  | {
      readonly kind: 'wrong';
      readonly first: Misfit;
      /** Of all that does not fit, what lies deepest in the value: mostly what the user has to change. */
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
  // A field that may be null is an anyOf: what it says itself, and that null was not given, is no news.
  const news = errors.filter(({ keyword, message }) => keyword !== 'anyOf' && message !== 'must be null');
  const depth = ({ instancePath }: SchemaError) => instancePath.split('/').length;
  return news.toSorted((a, b) => depth(b) - depth(a))[0];
}

/** A check by a schema. Unknown fields are kept. */
export function checkOf<T extends TSchema>(schema: T): (body: unknown) => Checked<Static<T>> {
  const compiled = Compile(schema);
  return (body) => {
    if (compiled.Check(body)) return { kind: 'checked', object: body };
    const errors = compiled.Errors(body);
    return { kind: 'wrong', first: toMisfit(errors[0]), deepest: toMisfit(deepestOf(errors)) };
  };
}
