// At the top: the transport checks what it reads, too, and knows no kind of object.
import { type Static, type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/** A field that may be missing or null. Go's JSON omits empty fields. Hand-written YAML leaves them null. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

export const StringMap = Type.Record(Type.String(), Type.String());

/** The schemas that parts stand for. A part names its own by the index, as other schemas may copy the part. */
const parts: TSchema[] = [];
const PART = 'x-lockstep-part';

/**
 * A part of larger schemas that is checked by a function of its own. TypeBox makes one function of a whole schema,
 * and V8 never optimises one as large as that of a review. Errors in a part need `compile`.
 */
export function apart<T extends TSchema>(schema: T) {
  let compiled: Validator | undefined;
  const check = (value: unknown): boolean => {
    compiled ??= Compile(schema);
    return compiled.Check(value);
  };
  const index = parts.push(schema) - 1;
  return Type.Unsafe<Static<T>>(
    Type.Refine(Type.Unknown({ [PART]: index }), check, () => 'is not as expected'),
  );
}

/** The schema with what its parts stand for. */
const whole = (schema: TSchema): TSchema =>
  JSON.parse(JSON.stringify(schema, (_key, value) => parts[value?.[PART]] ?? value));

/** Checks values by a schema. */
export interface Checker<T extends TSchema> {
  check(value: unknown): value is Static<T>;
  /** What does not fit, in a value that does not. */
  errors(value: unknown): ReturnType<Validator['Errors']>;
}

/** Compiles a schema. What tells the errors, also in parts, is only compiled once there is one: that may take 20 ms. */
export function compile<T extends TSchema>(schema: T): Checker<T> {
  const compiled = Compile(schema);
  let exact: Validator | undefined;
  return {
    check: (value): value is Static<T> => compiled.Check(value),
    errors(value) {
      exact ??= Compile(whole(schema));
      return exact.Errors(value);
    },
  };
}
