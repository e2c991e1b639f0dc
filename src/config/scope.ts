import { readFileSync } from 'node:fs';
import { type Formats, formatsWith } from '../digest/format.ts';
import { parseKeys, type SecretKey } from '../digest/secret-keys.ts';
import { messageOf } from '../errors.ts';
import { PEERS } from '../policy/compat.ts';
import { configError } from './errors.ts';
import type { OptionTable, Values } from './option.ts';
import { SOURCES } from './sources.ts';
import { ON_OFF, oneOf, orNone, someOf, text } from './value-types.ts';

/** The options that say which workloads and which sources count. `serve` and `inject` share them. */
export const SCOPE_OPTIONS = {
  '--inject-default': {
    value: oneOf(['enabled', 'disabled']),
    default: 'enabled',
    description:
      'what applies to a workload if neither it nor its namespace has the label lockstep.dev/inject',
  },
  '--secrets': { value: ON_OFF, default: 'off', description: 'count Secrets as sources, too' },
  '--key-configmaps': {
    value: ON_OFF,
    default: 'off',
    description: 'digest ConfigMaps with a key, too, so that nobody can search their digests for values',
  },
  '--secrets-key-file': {
    value: text('file'),
    neededWith: '--secrets on or --key-configmaps on',
    description:
      'keys for digests of Secrets and ConfigMaps, one per line: lockstep writes with the first and recognises all',
  },
  '--include': {
    value: ON_OFF,
    default: 'on',
    description: 'let workloads name further sources that count, with the annotation lockstep.dev/include',
  },
  '--ignore': {
    value: SOURCES,
    default: '',
    description: 'sources and keys that count for no workload: configmap/flags, secret/*#ca.crt',
  },
  '--compat': {
    value: orNone(someOf(PEERS)),
    default: '',
    description: 'programs whose annotations count as lockstep’s own: reloader, wave',
  },
} as const satisfies OptionTable;

type ScopeValues = Values<typeof SCOPE_OPTIONS>;

/** @returns only the values of these options, whatever else was given */
export const scopeConfig = ({
  injectDefault,
  secrets,
  keyConfigmaps,
  secretsKeyFile,
  include,
  ignore,
  compat,
}: ScopeValues) => ({
  injectDefault,
  /** Whether Secrets count as sources. */
  secrets,
  /** Whether ConfigMaps are digested with a key, as Secrets are. */
  keyConfigMaps: keyConfigmaps,
  /** The file that holds the keys for digests. */
  secretsKeyFile,
  /** Whether `lockstep.dev/include` counts. */
  include,
  /** Sources and keys that count for no workload. */
  ignore,
  /** The peers whose annotations count as lockstep's own. */
  compat,
});

/** The options that say how sources are digested. */
type DigestConfig = Pick<ReturnType<typeof scopeConfig>, 'secrets' | 'keyConfigMaps' | 'secretsKeyFile'>;

/**
 * Reads the keys. If a file is named, it is read even if no digest needs a key. Records and copies in
 * the cluster may have keyed digests from before.
 * @throws LockstepError CONFIG_INVALID, which names the file and never quotes it
 */
function readKeys({ secrets, keyConfigMaps, secretsKeyFile }: DigestConfig): readonly SecretKey[] {
  const keyFileError = (why: string, cause?: unknown) => configError(`--secrets-key-file: ${why}`, cause);
  if (!secretsKeyFile) {
    if (!secrets && !keyConfigMaps) return [];
    const option = secrets ? '--secrets on' : '--key-configmaps on';
    throw keyFileError(`needed with ${option}; make one with: openssl rand -base64 32 > FILE`);
  }
  let keys: string;
  try {
    keys = readFileSync(secretsKeyFile, 'utf8');
  } catch (cause) {
    throw keyFileError(`cannot read ${secretsKeyFile}: ${messageOf(cause)}`, cause);
  }
  const parsed = parseKeys(keys);
  if (parsed.kind === 'keys') return parsed.keys;
  throw keyFileError(`${secretsKeyFile}: ${parsed.why}`);
}

/**
 * Reads the keys, and gives the formats that lockstep writes and reads with them.
 * @throws LockstepError CONFIG_INVALID, which names the file and never quotes it
 */
export const readFormats = (config: DigestConfig): Formats =>
  formatsWith(readKeys(config), config.keyConfigMaps ? 'keyed' : 'plain');
