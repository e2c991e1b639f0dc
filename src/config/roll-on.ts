import { InvalidArgumentError } from 'commander';
import { CALLS, OPERATIONS, parseRollOn, type RollOn } from '../policy/roll-on.ts';
import { configError } from './errors.ts';
import type { OptionTable, ValueType } from './option.ts';

const ROLL_ON: ValueType<RollOn> = {
  valueName: 'list',
  parse(given) {
    const parsed = parseRollOn(given);
    if (parsed.kind === 'roll-on') return parsed.rollOn;
    throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
  },
};

export const ROLL_ON_OPTIONS = {
  '--roll-on': {
    value: ROLL_ON,
    defaultMeaning: 'create,update,scale,node, and edit with --edit on',
    description: 'occasions on which lockstep may start a rollout: create, update, scale, node, edit',
  },
} as const satisfies OptionTable;

/**
 * @param given undefined: the default, which has `edit` only where edits are followed
 * @throws LockstepError CONFIG_INVALID if it lists `edit`, and nothing follows edits
 */
export function rollOnConfig(given: RollOn | undefined, edit: boolean): RollOn {
  if (given === undefined) return edit ? OPERATIONS : CALLS;
  if (edit || !given.includes('edit')) return given;
  throw configError('--roll-on: edit has no effect without --edit on, so no edit would start a rollout');
}
