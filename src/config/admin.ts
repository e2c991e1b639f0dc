import { configError } from './errors.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF } from './value-types.ts';

/** The options of the port of health and metrics. */
export const ADMIN_OPTIONS = {
  '--admin-tls': {
    value: ON_OFF,
    default: 'off',
    description: 'serve the admin port over HTTPS, with the webhook’s certificate',
  },
  '--metrics-auth': {
    value: ON_OFF,
    default: 'off',
    description:
      'answer /metrics only to those who may `get` it by the API server’s authorization; probes need no token',
  },
} as const satisfies OptionTable;

/** @throws LockstepError CONFIG_INVALID if tokens would be sent without TLS */
export function adminConfig({ adminTls, metricsAuth }: Values<typeof ADMIN_OPTIONS>) {
  if (metricsAuth && !adminTls)
    throw configError(
      '--metrics-auth: requires --admin-tls on, so that nobody reads the tokens on their way',
    );
  return { tls: adminTls, authentication: metricsAuth };
}
