import { configError } from './errors.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF, PORT } from './value-types.ts';

/** The options of the API that judges workloads for people. */
export const ASSESS_OPTIONS = {
  '--assess': {
    value: ON_OFF,
    default: 'off',
    description:
      'answer people who ask what lockstep makes of a workload, as the server of an aggregated API',
  },
  '--assess-port': {
    value: PORT,
    default: '9444',
    description: 'assess: port that the API server calls (HTTPS)',
  },
} as const satisfies OptionTable;

/**
 * @param others the ports that are taken
 * @throws LockstepError CONFIG_INVALID if the port is one of them
 */
export function assessConfig(
  { assess, assessPort }: Values<typeof ASSESS_OPTIONS>,
  others: readonly number[],
) {
  if (assess && assessPort !== 0 && others.includes(assessPort))
    throw configError('--assess-port: must differ from --port and --admin-port');
  return { enabled: assess, port: assessPort };
}
