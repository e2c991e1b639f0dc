// At the top: the transport checks what it reads, too, and knows no kind of object.
import { type TSchema, Type } from 'typebox';

/** A field that may be missing or null. Go's JSON omits empty fields. Hand-written YAML leaves them null. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

export const StringMap = Type.Record(Type.String(), Type.String());
