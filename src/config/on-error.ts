import { ON_ERROR } from '../policy/on-error.ts';
import type { OptionTable } from './option.ts';
import { oneOf } from './value-types.ts';

export const ON_ERROR_OPTIONS = {
  '--on-error': {
    value: oneOf(ON_ERROR),
    default: 'allow',
    description: 'what happens to a create, update, scale-up or pinned pod that could not be checked',
  },
} as const satisfies OptionTable;
