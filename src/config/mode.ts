import { MODES } from '../policy/mode.ts';
import type { OptionTable } from './option.ts';
import { oneOf } from './value-types.ts';

export const MODE_OPTIONS = {
  '--mode': {
    value: oneOf(MODES),
    default: 'enforce',
    description:
      'observe: tell what lockstep would do, and write nothing; the label lockstep.dev/mode of a namespace wins',
  },
} as const satisfies OptionTable;
