/** The calls on which lockstep may start a rollout. */
export const OPERATIONS = ['create', 'update', 'scale'] as const;
export type WorkloadOperation = (typeof OPERATIONS)[number];
export type RollOn = readonly WorkloadOperation[];

export type RollOnParsed =
  | { readonly kind: 'roll-on'; readonly rollOn: RollOn }
  | { readonly kind: 'malformed'; readonly part: string; readonly why: string };

const operationOf = (part: string) => OPERATIONS.find((operation) => operation === part);

/** Parses `lockstep.dev/roll-on`: `create`, `update` and `scale`, separated by commas or white space. */
export function parseRollOn(text: string): RollOnParsed {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const wrong = parts.find((part) => operationOf(part) === undefined);
  if (wrong !== undefined || parts.length === 0)
    return { kind: 'malformed', part: wrong ?? text, why: 'is not create, update or scale' };
  return { kind: 'roll-on', rollOn: OPERATIONS.filter((operation) => parts.includes(operation)) };
}

/** The text of these operations. Parsing it gives the same operations. */
export function printRollOn(rollOn: RollOn): string {
  return rollOn.join(',');
}
