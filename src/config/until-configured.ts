import type { OptionTable } from './option.ts';
import { ON_OFF } from './value-types.ts';

export const UNTIL_CONFIGURED_OPTIONS = {
  '--hold-until-configured': {
    value: ON_OFF,
    default: 'off',
    description: 'refuse pods while a source that they need is missing, if their template asks for it',
  },
} as const satisfies OptionTable;
