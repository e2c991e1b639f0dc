import { Refusal } from './refusals.ts';

/** What the schema's checker says of the first field that does not fit. */
export interface InvalidField {
  readonly keyword: string;
  /** JSON pointer; made of names, never of values. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

/** A name in a pointer is the sender's choice, and may be as long as the body. */
const POINTER_LENGTH = 200;

/**
 * The pointer of the field that is meant: of the first missing one, not of the object that it is missing
 * from.
 */
function pointerOf({ keyword, instancePath, params }: InvalidField): string {
  const missing = keyword === 'required' ? [params['requiredProperties']].flat().slice(0, 1) : [];
  const pointer = [instancePath, ...missing].join('/') || '/';
  return pointer.length > POINTER_LENGTH ? `${pointer.slice(0, POINTER_LENGTH)}…` : pointer;
}

/** The refusal for a request that does not fit its schema. */
export function refusalOfField(context: string | undefined, field: InvalidField): Refusal {
  if (context === 'querystring') return new Refusal('QUERY_INVALID');
  const pointer = pointerOf(field);
  const wrong = field.keyword === 'required' ? 'is missing' : (field.message ?? 'does not fit');
  const detail = `${pointer} ${wrong}`;
  switch (pointer) {
    case '/':
    case '/apiVersion':
    case '/kind':
    case '/request':
      return new Refusal('REVIEW_UNSUPPORTED', detail);
    case '/request/uid':
      return new Refusal('UID_MISSING', detail);
    default:
      return new Refusal('REVIEW_INVALID', detail);
  }
}
