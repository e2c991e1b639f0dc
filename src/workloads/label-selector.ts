import { type Static, Type } from 'typebox';
import { maybe, StringMap } from '../schema.ts';

/** meta/v1 LabelSelector */
export const LabelSelector = Type.Object({
  matchLabels: maybe(StringMap),
  matchExpressions: maybe(
    Type.Array(
      Type.Object({ key: Type.String(), operator: Type.String(), values: maybe(Type.Array(Type.String())) }),
    ),
  ),
});

export type LabelSelector = Static<typeof LabelSelector>;

type WriteExpression = (key: string, values: readonly string[]) => string;

// A Map, because an object may name any operator. A plain object would answer to `constructor`.
const OPERATORS: ReadonlyMap<string, WriteExpression> = new Map<string, WriteExpression>([
  ['In', (key, values) => `${key} in (${values.join(',')})`],
  ['NotIn', (key, values) => `${key} notin (${values.join(',')})`],
  ['Exists', (key) => key],
  ['DoesNotExist', (key) => `!${key}`],
]);

/** The selector as text for the query parameter `labelSelector`. Undefined: it has an unknown operator. */
export function selectorString(selector: LabelSelector): string | undefined {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) =>
    OPERATORS.get(operator)?.(key, values ?? []),
  );
  if (expressions.includes(undefined)) return undefined;
  return [...labels, ...expressions].join(',');
}
