/**
 * The occasions on which lockstep may start a rollout. `node`: a DaemonSet makes a pod, because a node has joined or a
 * pod is replaced. `edit`: a source was edited, and no call has followed.
 */
export const OPERATIONS = ['create', 'update', 'scale', 'node', 'edit'] as const;
export type WorkloadOperation = (typeof OPERATIONS)[number];
export type RollOn = readonly WorkloadOperation[];

/** Those that are calls, which the API server tells lockstep of. */
export const CALLS: RollOn = OPERATIONS.filter((operation) => operation !== 'edit');

export type RollOnParsed =
  | { readonly kind: 'roll-on'; readonly rollOn: RollOn }
  | { readonly kind: 'malformed'; readonly part: string; readonly why: string };

const operationOf = (part: string) => OPERATIONS.find((operation) => operation === part);

/** Parses `lockstep.dev/roll-on`: some of the operations, separated by commas or white space. */
export function parseRollOn(text: string): RollOnParsed {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const wrong = parts.find((part) => operationOf(part) === undefined);
  if (wrong !== undefined || parts.length === 0)
    return { kind: 'malformed', part: wrong ?? text, why: 'is not create, update, scale, node or edit' };
  return { kind: 'roll-on', rollOn: OPERATIONS.filter((operation) => parts.includes(operation)) };
}

/** The text of these operations. Parsing it gives the same operations. */
export function printRollOn(rollOn: RollOn): string {
  return rollOn.join(',');
}
