import { Refusal } from './refusals.ts';

/** The schema checker's report of the first field that does not fit. */
export interface InvalidField {
  readonly keyword: string;
  /** A JSON pointer. It holds names, never values. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

/** The sender chooses the names in a pointer, so they may be as long as the body. */
const POINTER_LENGTH = 200;

/**
 * The pointer of the invalid field. A missing field counts
 * itself, and not the object that it is missing from.
 */
function pointerOf({ keyword, instancePath, params }: InvalidField): string {
  const missing = keyword === 'required' ? [params['requiredProperties']].flat().slice(0, 1) : [];
  const pointer = [instancePath, ...missing].join('/') || '/';
  return pointer.length > POINTER_LENGTH ? `${pointer.slice(0, POINTER_LENGTH)}…` : pointer;
}

/** The refusal for a request that does not fit its schema. */
export function fieldRefusal(context: string | undefined, field: InvalidField): Refusal {
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
