import type { Values } from '../kit/chart/helm.ts';
import { EVERYTHING_METRICS, EVERYTHING_SET } from './everything-set.ts';
import { ASSESS, EDIT, PIN } from './variants.ts';

/** Not `CA_BUNDLE`, which changes with the version of Node. Helm only looks for the first line of a certificate. */
const FIXED_CA_BUNDLE = Buffer.from(
  '-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n',
).toString('base64');

/** The values of each golden file, by the name of the file. */
export const GOLDEN_VALUES: Readonly<Record<string, Values>> = {
  default: {},
  pin: PIN,
  edit: EDIT,
  assess: ASSESS,
  deny: { onError: 'deny' },
  'cert-manager': { certificates: { mode: 'cert-manager' } },
  // Both Secrets that a user can provide.
  'existing-secret': {
    webhook: { caBundle: FIXED_CA_BUNDLE },
    certificates: { mode: 'existing-secret', existingSecret: { name: 'lockstep-tls' } },
    secrets: { enabled: true, keySecretName: 'lockstep-keys' },
  },
  // The key serves ConfigMaps, and Secrets do not count.
  'keyed-configmaps': {
    secrets: { keySecretName: 'lockstep-keys' },
    configMaps: { keyed: true },
    include: { enabled: false },
  },
  outside: { webhook: { url: 'https://127.0.0.1:9443', caBundle: FIXED_CA_BUNDLE } },
  // Without the dashboard, which is a file of the chart: test/chart/dashboard.test.ts.
  everything: { ...EVERYTHING_SET, metrics: { ...EVERYTHING_METRICS, dashboard: { enabled: false } } },
};
